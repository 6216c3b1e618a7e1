import re
from html.parser import HTMLParser
from importlib import resources

import numpy as np
import pytest

from synthgap_cli.figures import effect_sizes, image_grid, rejected_share, roc
from synthgap_cli.report.content import (
    Block,
    Column,
    Finding,
    Notice,
    Paragraph,
    Picture,
    Report,
    Section,
    Table,
)
from synthgap_cli.report.page import render_page
from synthgap_cli.report.pictures import encode_figure

LINE = np.linspace(0, 1, 20)
PICTURE = Picture(
    encode_figure(roc.draw([roc.Curve("a", LINE, LINE, 0.5)])), "A diagonal line.", "ROC curves."
)
TABLE = Table(
    "Rejected components.",
    [Column("network"), Column("between", "percent"), Column("n", "count"), Column("remark")],
    [["resnet152", 0.2638, 2431, "clustered"], ["alexnet", float("nan"), None, ""]],
    ["Level 0.05."],
)


def report(**options):
    given = {
        "title": "Day against night",
        "subtitle": "two sets",
        "facts": [("Image size", "128 × 128")],
        "findings": [Finding("ROC-AUC", 0.71, before=0.97, interval=(0.67, 0.75), floor=0.5, scale=(0.4, 1.0),
                             verdict="Smaller", tone="gap", explanation="n = 240 a side.")],
        "warnings": ["Few groups."],
        "sections": [
            Section("Classifier", "classifier", [Paragraph("It works."), PICTURE, TABLE]),
            Section("Tests", "tests", [Notice("Circular.", "warning"), Notice("A note.")]),
        ],
    }  # fmt: skip
    return Report(**given | options)


class Page(HTMLParser):
    """Elements with their attributes, and the text each kind holds; refuses unbalanced tags."""

    VOID = frozenset({"meta", "img", "br", "hr", "link"})

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.texts = [], [], []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"{tag} closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", " ".join(data.split())))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def text_of(self, tag):
        return [text for name, text in self.texts if name == tag]


def test_the_page_is_balanced_html_with_unique_ids():
    page = Page(render_page(report()))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert [len(page.all(tag)) for tag in ("html", "head", "body", "main", "h1", "title")] == [1] * 6


def test_nothing_is_fetched_from_outside():
    html = render_page(report())
    page = Page(html)
    assert not [
        tag for tag, _ in page.elements if tag in {"script", "link", "iframe", "object", "base", "form"}
    ]
    for _, attributes in page.elements:
        assert attributes.get("src", "data:").startswith("data:")
        assert attributes.get("href", "#").startswith("#")
        assert not [name for name in attributes if name.startswith("on")]
    assert not re.search(r"https?:|url\(|@import|//[a-z]", re.sub(r"base64,[^\"]*", "", html))


def test_the_browser_is_told_to_run_and_fetch_nothing():
    page = Page(render_page(report()))
    policy = next(
        meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_the_contents_link_to_every_section():
    page = Page(render_page(report()))
    ids = {attributes.get("id") for _, attributes in page.elements}
    links = [attributes["href"] for attributes in page.all("a")]
    assert {"#findings", "#classifier", "#tests"} <= set(links)
    assert all(link[1:] in ids for link in links)


HOSTILE = "<script>alert(1)</script>\"' onerror=x & {{ 7 * 7 }}.png"


@pytest.mark.parametrize(
    "given",
    [
        {"title": HOSTILE},
        {"subtitle": HOSTILE},
        {"facts": [(HOSTILE, HOSTILE)]},
        {"warnings": [HOSTILE]},
        {"findings": [Finding(HOSTILE, 0.5, verdict=HOSTILE, explanation=HOSTILE)]},
        {"sections": [Section(HOSTILE, HOSTILE, [])]},
        {"sections": [Section("a", "a", [Paragraph(HOSTILE), Notice(HOSTILE)])]},
        {"sections": [Section("a", "a", [Picture(PICTURE.image, HOSTILE, HOSTILE)])]},
        {"sections": [Section("a", "a", [Table(HOSTILE, [Column(HOSTILE)], [[HOSTILE]], [HOSTILE])])]},
    ],
    ids=lambda given: "-".join(given),
)
def test_hostile_names_are_text(given):
    html = render_page(report(**given))
    page = Page(html)
    assert not page.all("script")
    assert "<script" not in html
    assert not [attributes for _, attributes in page.elements if "onerror" in attributes]
    assert HOSTILE in [text for _, text in page.texts]  # the names survive, as they are


def test_every_picture_has_alt_text_caption_and_the_size_at_which_it_is_sharp():
    page = Page(render_page(report()))
    (image,) = page.all("img")
    assert image["alt"] == "A diagonal line."
    assert "ROC curves." in page.text_of("figcaption")
    assert (image["width"], image["src"][:23]) == ("720", "data:image/webp;base64,")


def test_numbers_stand_right_and_unknown_ones_are_dashes():
    page = Page(render_page(report()))
    cells = page.text_of("td")
    assert cells == ["26.4%", "2,431", "clustered", "–", "–"]
    assert [cell["class"] for cell in page.all("td")] == ["number", "number", "short"] * 2
    assert [cell.get("class") for cell in page.all("th")][:4] == [None, "number", "number", None]
    assert page.text_of("th")[4:] == ["resnet152", "alexnet"]


def test_a_table_without_rows_says_so():
    section = Section("a", "a", [Table("Nothing.", TABLE.columns, [])])
    page = Page(render_page(report(sections=[section])))
    assert page.text_of("td") == ["no rows"]
    assert page.all("td")[0]["colspan"] == "4"


def test_the_headline_comes_before_facts_and_sections():
    html = render_page(report())
    places = [
        html.index(text)
        for text in ("Day against night</h1>", "ROC-AUC</h3>", "Few groups.", "128 × 128", "It works.")
    ]
    assert places == sorted(places)


def test_a_finding_shows_before_value_interval_and_floor():
    page = Page(render_page(report()))
    assert page.text_of("span")[:5] == ["before", "0.970", "→", "after", "0.710"]
    assert page.text_of("dd")[:2] == ["0.670 to 0.750", "0.500"]


def test_the_gauge_places_each_number_on_its_scale():
    html = render_page(report())
    assert 'class="dot" style="left:51.67%"' in html  # (0.71 - 0.4) / 0.6
    assert 'class="dot hollow" style="left:95.00%"' in html
    assert 'class="floor" style="left:16.67%"' in html
    assert 'class="interval" style="left:45.00%;width:calc(58.33% - 45.00%)"' in html


def test_what_is_beyond_the_scale_stays_on_it():
    finding = Finding("x", 7.0, before=-3.0, scale=(0.0, 1.0))
    html = render_page(report(findings=[finding]))
    assert 'class="dot" style="left:100.00%"' in html
    assert 'class="dot hollow" style="left:0.00%"' in html


def test_an_unknown_finding_is_a_dash_without_gauge():
    finding = Finding(
        "x", float("nan"), before=float("nan"), floor=0.5, interval=(float("nan"),) * 2, scale=(0.0, 1.0)
    )
    html = render_page(report(findings=[finding]))
    assert "nan" not in html.split("</style>")[1].split("base64")[0]
    assert "– to –" not in html
    assert 'class="gauge"' not in html


def test_an_empty_report_is_a_page():
    page = Page(render_page(Report("Nothing", "", [], [], [], [])))
    assert page.text_of("h1") == ["Nothing"]
    assert "#findings" not in [attributes["href"] for attributes in page.all("a")]


def test_the_same_report_gives_the_same_page():
    assert render_page(report()) == render_page(report())


def test_two_sections_cannot_share_an_anchor():
    sections = [Section("a", "same", []), Section("b", "same", [])]
    with pytest.raises(AssertionError, match="same"):
        render_page(report(sections=sections))


@pytest.mark.parametrize("block", Block.__args__)
def test_every_block_has_a_template_that_is_packaged(block):
    template = resources.files("synthgap_cli.report") / "templates" / f"{block.__name__.lower()}.html"
    assert template.is_file()


def test_a_page_with_25_figures_weighs_less_than_6_megabytes():
    rng = np.random.default_rng(0)
    noise = rng.integers(60, 190, (36, 128, 128, 3), dtype=np.uint8)  # worse than any photograph
    grid = image_grid.draw([image_grid.ImageRow("row", noise[i : i + 9]) for i in range(0, 36, 9)])
    curves = [roc.Curve(f"curve {i}", LINE, LINE ** (i / 16), 0.5) for i in range(1, 17)]
    shares = rejected_share.draw(
        [f"network {i}" for i in range(8)], within_real=rng.random((8, 5)) / 10,
        within_synthetic=rng.random((8, 5)) / 10, between=rng.random(8), expected_null=0.05,
    )  # fmt: skip
    effects = effect_sizes.draw(rng.normal(0, 0.4, 4096), null_deviation=0.05)
    charts = [encode_figure(figure) for figure in (roc.draw(curves), shares, effects)]
    blocks = [Picture(image, "alt", "caption") for image in [encode_figure(grid)] * 4 + charts * 7]
    assert len(blocks) == 25
    assert len(render_page(report(sections=[Section("a", "a", blocks)])).encode()) < 6e6
