import itertools
import warnings

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

SMALLEST = 8  # points; 10.7 CSS pixels at the report's width


@pytest.fixture
def legible():
    """Draw a figure and check what every figure owes its reader."""

    def check(draw, *arguments, **options):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            figure = draw(*arguments, **options)
            texts = drawn_texts(figure)
        width, height = figure.canvas.get_width_height()
        boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
        assert all(text.get_fontsize() >= SMALLEST for text in texts)
        for name, box in boxes:
            inside = box.x0 > -2 and box.y0 > -2 and box.x1 < width + 2 and box.y1 < height + 2
            assert inside, f"{name!r} is cut off"
        for (one, box), (other, that) in itertools.combinations(boxes, 2):
            assert not overlap(box, that), f"{one!r} covers {other!r}"
        return figure

    return check


def drawn_texts(figure):
    """Render the figure and return every text that reached the canvas."""
    texts, draw = {}, Text.draw

    def record(text, *arguments):
        texts[id(text)] = text
        draw(text, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", record)
        FigureCanvasAgg(figure).draw()
    return [text for text in texts.values() if text.get_visible() and text.get_text().strip()]


def overlap(one, other):
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    return across > 1 and down > 1
