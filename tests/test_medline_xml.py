"""One record of PubMed XML becomes a Record: every oddity a table of its own."""

from __future__ import annotations

import pytest
from lxml import etree
from pubmed_xml import abstract, article, article_set, read, read_one

from kg.model import Author, Correction, Deletion, Grant, Markup, MeshHeading, PubDate, Quarantined, Record, Term

FULL = article(
    99000101,
    "Sham or real: a trial.",
    journal=(
        '<Journal><ISSN IssnType="Print">1111-2222</ISSN><JournalIssue CitedMedium="Print"><Volume>7</Volume>'
        "<Issue>2</Issue><PubDate><Year>2021</Year><Month>Mar</Month><Day>04</Day></PubDate></JournalIssue>"
        "<Title>Journal of\n  Examples</Title><ISOAbbreviation>J Ex</ISOAbbreviation></Journal>"
    ),
    in_article=(
        "<Pagination><StartPage>11</StartPage><EndPage>19</EndPage><MedlinePgn>11-9</MedlinePgn></Pagination>"
        '<ELocationID EIdType="doi" ValidYN="Y">10.5555/wrong-place</ELocationID>'
        + abstract(("AIM", "OBJECTIVE", "To see."), ("RESULTS", "RESULTS", "We saw."), rights="Copyright 2021 Us.")
        + '<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Ada</LastName><ForeName>Bea C</ForeName>'
        "<Initials>BC</Initials><Suffix>Jr</Suffix>"
        '<Identifier Source="ORCID">https://orcid.org/0000-0002-1825-0097</Identifier>'
        "<AffiliationInfo><Affiliation>Here.</Affiliation></AffiliationInfo>"
        "<AffiliationInfo><Affiliation>There.</Affiliation></AffiliationInfo></Author>"
        '<Author ValidYN="Y"><CollectiveName>The <i>Example</i> Group</CollectiveName></Author><Author/></AuthorList>'
        "<Language>eng</Language><Language>spa</Language><DataBankList CompleteYN='Y'><DataBank>"
        "<DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>"
        "<AccessionNumber>NCT09999999</AccessionNumber><AccessionNumber>NCT09999998</AccessionNumber>"
        "</AccessionNumberList></DataBank><DataBank><DataBankName>GENBANK</DataBankName><AccessionNumberList>"
        "<AccessionNumber>AF0001</AccessionNumber></AccessionNumberList></DataBank></DataBankList>"
        "<GrantList CompleteYN='Y'><Grant><GrantID>R01 1</GrantID><Acronym>AR</Acronym><Agency>NIAMS</Agency>"
        "<Country>United States</Country></Grant><Grant><Agency>A fund</Agency><Country/></Grant></GrantList>"
        '<PublicationTypeList><PublicationType UI="D016449">Randomized Controlled Trial</PublicationType>'
        "<PublicationType>Journal Article</PublicationType></PublicationTypeList>"
        '<ArticleDate DateType="Electronic"><Year>2020</Year><Month>12</Month><Day>30</Day></ArticleDate>'
    ),
    in_citation=(
        "<DateRevised><Year>2022</Year><Month>01</Month><Day>09</Day></DateRevised>"
        "<MedlineJournalInfo><MedlineTA>J Examp</MedlineTA><ISSNLinking>1111-0000</ISSNLinking></MedlineJournalInfo>"
        '<ChemicalList><Chemical><RegistryNumber>0</RegistryNumber><NameOfSubstance UI="D001">Cement</NameOfSubstance>'
        "</Chemical></ChemicalList><CommentsCorrectionsList>"
        '<CommentsCorrections RefType="RetractionIn"><RefSource>J Ex. 2023;1:1</RefSource>'
        '<PMID Version="1">99000102</PMID><Note>on request</Note></CommentsCorrections>'
        '<CommentsCorrections RefType="ErratumIn"><RefSource>J Ex. 2022;1:1</RefSource></CommentsCorrections>'
        '<CommentsCorrections RefType="NewIn2031"><RefSource>X</RefSource></CommentsCorrections>'
        "</CommentsCorrectionsList><MeshHeadingList>"
        '<MeshHeading><DescriptorName UI="D002" MajorTopicYN="N">Pain</DescriptorName>'
        '<QualifierName UI="Q1" MajorTopicYN="Y">therapy</QualifierName>'
        '<QualifierName UI="Q2" MajorTopicYN="N">etiology</QualifierName></MeshHeading>'
        '<MeshHeading><DescriptorName UI="D003" MajorTopicYN="N">Humans</DescriptorName></MeshHeading>'
        '</MeshHeadingList><KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">back <i>pain</i></Keyword>'
        '<Keyword MajorTopicYN="N">sham</Keyword></KeywordList><CoiStatement>None <b>to</b> declare.</CoiStatement>'
    ),
    data=(
        '<ArticleIdList><ArticleId IdType="pubmed">99000101</ArticleId>'
        '<ArticleId IdType="doi">10.5555/right</ArticleId>'
        '<ArticleId IdType="pmc">PMC1</ArticleId></ArticleIdList><ReferenceList><Reference><Citation>Other.</Citation>'
        '<ArticleIdList><ArticleId IdType="doi">10.5555/cited</ArticleId><ArticleId IdType="pubmed">1</ArticleId>'
        "</ArticleIdList></Reference></ReferenceList>"
    ),
)


def test_a_full_record() -> None:
    record = read_one(FULL)
    expected = Record(
        pmid="99000101",
        title="Sham or real: a trial.",
        text="Sham or real: a trial.\nTo see.\nWe saw.",
        sections=record.sections,
        abstract_source="abstract",
        copyright="Copyright 2021 Us.",
        status="MEDLINE",
        journal="Journal of Examples",
        journal_abbreviation="J Ex",
        issn="1111-2222",
        volume="7",
        issue="2",
        pages="11-9",
        date=PubDate(text="2021 Mar 04", year=2021, month=3, day=4),
        electronic_date=PubDate(text="2020 12 30", year=2020, month=12, day=30),
        date_revised="2022-01-09",
        authors=(
            Author(
                last_name="Ada Jr",
                fore_name="Bea C",
                initials="BC",
                orcid="0000-0002-1825-0097",
                affiliations=("Here.", "There."),
            ),
            Author(collective="The Example Group"),
        ),
        doi="10.5555/right",
        pmc_id="PMC1",
        languages=("eng", "spa"),
        publication_types=(Term(name="Randomized Controlled Trial", ui="D016449"), Term(name="Journal Article")),
        mesh=(
            MeshHeading(
                name="Pain",
                ui="D002",
                major=True,
                qualifiers=(Term(name="therapy", ui="Q1"), Term(name="etiology", ui="Q2")),
            ),
            MeshHeading(name="Humans", ui="D003"),
        ),
        keywords=("back pain", "sham"),
        chemicals=(Term(name="Cement", ui="D001"),),
        registry_ids=("NCT09999999", "NCT09999998"),
        grants=(Grant(grant_id="R01 1", agency="NIAMS", country="United States"), Grant(agency="A fund")),
        conflict_of_interest="None to declare.",
        corrections=(
            Correction(ref_type="RetractionIn", source="J Ex. 2023;1:1", pmid="99000102", note="on request"),
            Correction(ref_type="ErratumIn", source="J Ex. 2022;1:1"),
            Correction(ref_type="NewIn2031", source="X"),
        ),
    )
    assert record == expected
    assert [(s.label, s.category, s.start) for s in record.sections] == [
        ("AIM", "OBJECTIVE", 23),
        ("RESULTS", "RESULTS", 31),
    ]


def test_a_record_with_nothing_but_a_number() -> None:
    record = read_one("<PubmedArticle><MedlineCitation><PMID>7</PMID><Article/></MedlineCitation></PubmedArticle>")
    assert record == Record(pmid="7", title="", text="")


REF_TYPES = (
    "AssociatedDataset AssociatedPublication CommentIn CommentOn CorrectedandRepublishedIn CorrectedandRepublishedFrom "
    "ErratumIn ErratumFor ExpressionOfConcernIn ExpressionOfConcernFor RepublishedIn RepublishedFrom "
    "RetractedandRepublishedIn RetractedandRepublishedFrom RetractionIn RetractionOf UpdateIn UpdateOf "
    "SummaryForPatientsIn OriginalReportIn ReprintIn ReprintOf Cites"
).split()


def test_every_ref_type_is_kept() -> None:
    links = "".join(
        f'<CommentsCorrections RefType="{kind}"><RefSource>{kind}.</RefSource><PMID>{n}</PMID></CommentsCorrections>'
        for n, kind in enumerate(REF_TYPES, start=1)
    )
    record = read_one(article(in_citation=f"<CommentsCorrectionsList>{links}</CommentsCorrectionsList>"))
    assert record.corrections == tuple(
        Correction(ref_type=kind, source=f"{kind}.", pmid=str(n)) for n, kind in enumerate(REF_TYPES, start=1)
    )


# -- text and its markup ----------------------------------------------------------------------------

MATH = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'


@pytest.mark.parametrize(
    ("xml", "text", "markup"),
    [
        ("plain &lt;script&gt; &amp; text", "plain <script> & text", []),
        ("nested <b><sup>14</sup>C <i>x</i></b> on", "nested 14C x on", [("b", 7, 12), ("sup", 7, 9), ("i", 11, 12)]),
        ("CO<sub>2</sub>", "CO2", [("sub", 2, 3)]),
        ("<u>a</u><u>b</u>", "ab", [("u", 0, 1), ("u", 1, 2)]),
        ("empty<sup/> markup", "empty markup", []),
        (
            f"so <mml:math {MATH}><mml:mi>x</mml:mi><mml:mo>=</mml:mo><mml:mn>5</mml:mn></mml:math>.",
            "so x=5.",
            [("math", 3, 6)],
        ),
        ("so <mml:math><mml:mi>x</mml:mi></mml:math>.", "so x.", [("math", 3, 4)]),
        (
            f"a <DispFormula><mml:math {MATH}><mml:mi>y</mml:mi></mml:math></DispFormula> b",
            "a y b",
            [("math", 2, 3)],
        ),
        ("a <sc>new</sc> tag", "a new tag", [("sc", 2, 5)]),
        ("astral \U0001d45d, nbsp\u00a0, zero\u200bwidth", "astral \U0001d45d, nbsp\u00a0, zero\u200bwidth", []),
        ("&#8804; and &#x1D45D;<i>&#xE9;</i>", "\u2264 and \U0001d45d\u00e9", [("i", 7, 8)]),
        ("a<!-- not text -->b<?nor this?>c", "abc", []),
        ("a <![CDATA[<b> & ]]>b", "a <b> & b", []),
        (" kept  as\n it is ", " kept  as\n it is ", []),
    ],
)
def test_text_is_exactly_the_trees(xml: str, text: str, markup: list[tuple[str, int, int]]) -> None:
    record = read_one(article(title=xml, in_article=abstract("First.", xml)))
    spans = tuple(Markup(tag=tag, start=start, end=end) for tag, start, end in markup)
    assert (record.title, record.title_markup) == (text, spans)
    section = record.sections[1]
    assert (section.text, section.markup) == (text, spans)
    assert record.text == f"{text}\nFirst.\n{text}"
    assert record.text[section.start : section.start + len(section.text)] == text


def test_prefixes_declared_by_the_root_hold_in_its_records() -> None:
    data = article_set(article(title="<m:math><m:mi>z</m:mi></m:math>"))
    data = data.replace(b"<PubmedArticleSet>", f'<PubmedArticleSet xmlns:m="{MATH.split(chr(34))[1]}">'.encode())
    (record,) = read(data)
    assert isinstance(record, Record)
    assert (record.title, record.title_markup) == ("z", (Markup(tag="math", start=0, end=1),))


@pytest.mark.parametrize(
    ("title", "vernacular", "shown"),
    [
        ("Title.", "", "Title."),
        ("[Title.]", "<VernacularTitle>Titel.</VernacularTitle>", "[Title.]"),
        ("", "<VernacularTitle>Titel.</VernacularTitle>", "Titel."),
        (" \n", "<VernacularTitle>Titel.</VernacularTitle>", "Titel."),
        ("", "", ""),
    ],
)
def test_titles(title: str, vernacular: str, shown: str) -> None:
    record = read_one(article(title=title, in_article=abstract("Text.") + vernacular))
    assert record.title == shown
    assert record.vernacular_title == ("Titel." if vernacular else None)
    assert record.text == f"{shown}\nText."


@pytest.mark.parametrize(
    ("in_article", "in_citation", "texts", "origin"),
    [
        (abstract("A."), "<OtherAbstract><AbstractText>O.</AbstractText></OtherAbstract>", ["A."], "abstract"),
        ("", "", [], "none"),
        (abstract(""), "", [], "none"),
        (abstract("", "B."), "", ["B."], "abstract"),
        ("", "<OtherAbstract Type='PIP'><AbstractText>O.</AbstractText></OtherAbstract>", ["O."], "other-abstract"),
        (
            abstract(" "),
            "<OtherAbstract Language='ger'><AbstractText>Deutsch.</AbstractText></OtherAbstract>"
            "<OtherAbstract Language='eng'><AbstractText>English.</AbstractText></OtherAbstract>",
            ["English."],
            "other-abstract",
        ),
        (
            "",
            "<OtherAbstract Language='ger'><AbstractText>Deutsch.</AbstractText></OtherAbstract>"
            "<OtherAbstract Language='spa'><AbstractText>Otro.</AbstractText></OtherAbstract>",
            ["Deutsch."],
            "other-abstract",
        ),
    ],
)
def test_abstracts(in_article: str, in_citation: str, texts: list[str], origin: str) -> None:
    record = read_one(article(in_article=in_article, in_citation=in_citation))
    assert [section.text for section in record.sections] == texts
    assert record.abstract_source == origin


def test_an_empty_label_is_none_and_an_unknown_category_is_kept() -> None:
    record = read_one(article(in_article=abstract(("", "NEW", "A."), ("Keywords", "UNASSIGNED", "B."))))
    assert [(s.label, s.category) for s in record.sections] == [(None, "NEW"), ("Keywords", "UNASSIGNED")]


def test_the_copyright_line_is_not_text() -> None:
    record = read_one(article(in_article=abstract("A.", rights="Copyright © 2020.")))
    assert record.copyright == "Copyright © 2020."
    assert "Copyright" not in record.text


@pytest.mark.parametrize(
    ("pub_date", "expected"),
    [
        ("<Year>2012</Year>", PubDate(text="2012", year=2012)),
        ("<Year>2012</Year><Season>Summer</Season>", PubDate(text="2012 Summer", year=2012)),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", PubDate(text="1998 Dec-1999 Jan", year=1998)),
        ("<MedlineDate>undated</MedlineDate>", PubDate(text="undated")),
        ("", None),
    ],
)
def test_publication_dates(pub_date: str, expected: PubDate | None) -> None:
    journal = f"<Journal><JournalIssue><PubDate>{pub_date}</PubDate></JournalIssue></Journal>"
    assert read_one(article(journal=journal)).date == expected


@pytest.mark.parametrize(
    ("data", "in_article", "doi"),
    [
        ("", '<ELocationID EIdType="doi" ValidYN="Y">10.5555/a</ELocationID>', "10.5555/a"),
        ("", '<ELocationID EIdType="doi" ValidYN="N">10.5555/a</ELocationID>', None),
        ("", '<ELocationID EIdType="pii">S1</ELocationID>', None),
        ('<ArticleIdList><ArticleId IdType="doi"/></ArticleIdList>', "", None),
        (
            '<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.5555/c</ArticleId></ArticleIdList>'
            "</Reference></ReferenceList>",
            "",
            None,
        ),
    ],
)
def test_doi(data: str, in_article: str, doi: str | None) -> None:
    assert read_one(article(data=data, in_article=in_article)).doi == doi


def test_an_affiliation_of_the_old_kind() -> None:
    authors = "<AuthorList><Author><LastName>A</LastName><Affiliation>Old.</Affiliation></Author></AuthorList>"
    assert read_one(article(in_article=authors)).authors == (Author(last_name="A", affiliations=("Old.",)),)


def test_unknown_elements_attributes_and_values_do_no_harm() -> None:
    record = read_one(
        article(status="Status-of-2027", in_article="<New x='1'>n</New>", in_citation="<Newer><PMID>1</PMID></Newer>")
    )
    assert (record.pmid, record.status) == ("99000001", "Status-of-2027")


@pytest.mark.parametrize(("attribute", "version"), [("", 1), (' Version="2"', 2)])
def test_versions(attribute: str, version: int) -> None:
    assert read_one(article(version=attribute)).version == version


# -- books and deletions ----------------------------------------------------------------------------

BOOK = (
    '<Book><Publisher><PublisherName>An Institute</PublisherName></Publisher><BookTitle book="b">A Book</BookTitle>'
    "<PubDate><Year>1993</Year></PubDate><Volume>2</Volume>"
    '<AuthorList Type="editors"><Author><LastName>Editor</LastName></Author></AuthorList></Book>'
)


def book(inside: str, data: str = "") -> str:
    document = f"<BookDocument><PMID Version='1'>99000301</PMID>{inside}</BookDocument>"
    return f"<PubmedBookArticle>{document}{data}</PubmedBookArticle>"


def test_a_chapter() -> None:
    record = read_one(
        book(
            '<ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId></ArticleIdList>'
            + BOOK
            + "<ArticleTitle>A <i>Chapter</i></ArticleTitle><Language>eng</Language>"
            '<AuthorList Type="authors"><Author><LastName>Writer</LastName></Author></AuthorList>'
            '<PublicationType UI="D016454">Review</PublicationType>'
            + abstract(("MANAGEMENT", "", "Manage."), rights="Us.")
            + "<ContributionDate><Year>2000</Year><Month>2</Month></ContributionDate>"
            "<DateRevised><Year>2019</Year><Month>8</Month></DateRevised>"
            "<KeywordList><Keyword>k</Keyword></KeywordList>",
            '<PubmedBookData><ArticleIdList><ArticleId IdType="doi">10.5555/b</ArticleId></ArticleIdList>'
            "</PubmedBookData>",
        )
    )
    assert (record.kind, record.title, record.journal) == ("book", "A Chapter", "A Book")
    assert record.text == "A Chapter\nManage."
    assert record.authors == (Author(last_name="Writer"),)
    assert (record.date, record.date_revised) == (PubDate(text="1993", year=1993), "2019-08")
    assert record.electronic_date == PubDate(text="2000 2", year=2000, month=2)
    assert (record.doi, record.volume, record.languages) == ("10.5555/b", "2", ("eng",))
    assert (record.publication_types, record.keywords) == ((Term(name="Review", ui="D016454"),), ("k",))
    assert (record.copyright, record.abstract_source) == ("Us.", "abstract")


def test_a_whole_book() -> None:
    record = read_one(book(BOOK))
    assert (record.title, record.journal, record.text) == ("A Book", "An Institute", "A Book")
    assert record.authors == (Author(last_name="Editor"),)


def test_deletions() -> None:
    data = article_set(
        article(1),
        '<DeleteCitation><PMID Version="1">2</PMID><PMID Version="3">4</PMID><PMID>5</PMID></DeleteCitation>',
    )
    assert read(data)[1:] == [Deletion(pmid="2"), Deletion(pmid="4", version=3), Deletion(pmid="5")]


def test_a_deletion_that_names_nothing_is_quarantined() -> None:
    (item,) = read(article_set("<DeleteCitation></DeleteCitation>"))
    assert isinstance(item, Quarantined)
    assert item.reason == "DeleteCitation names no PMID"


# -- records that cannot be read --------------------------------------------------------------------

DEEP = "<b>" * 300 + "x" + "</b>" * 300


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("a \0 b", "."),
        ("a \x0b b", "PCDATA invalid Char value 11"),
        ("a & b", "xmlParseEntityRef"),
        ("a &nbsp; b", "nbsp"),
        ("a <i>b</b>", "mismatch"),
        ("a < b", "StartTag"),
        ("a <b x=1>b</b>", "AttValue"),
        (DEEP, "depth"),
        ("x" * 11_000_000, "."),
    ],
    ids=["nul", "control", "ampersand", "entity", "wrong end tag", "bare <", "attribute", "depth 300", "11 MB"],
)
def test_one_bad_record_is_quarantined_and_the_rest_goes_on(inside: str, reason: str) -> None:
    bad = article(99000202, inside)
    first, item, last = read(article_set(article(99000201), bad, article(99000203)))
    assert isinstance(item, Quarantined)
    assert (item.source, item.position, item.pmid) == ("test.xml", 2, "99000202")
    assert item.raw == bad.encode()
    assert reason in item.reason or reason == "."
    assert "\n" not in item.reason
    assert [getattr(record, "pmid", None) for record in (first, last)] == ["99000201", "99000203"]


def test_bytes_that_are_not_utf_8_are_quarantined_not_repaired() -> None:
    data = article_set(article(1), article(2, "caf#"), article(3)).replace(b"#", b"\xe9")
    items = read(data)
    assert isinstance(items[1], Quarantined)
    assert b"caf\xe9" in items[1].raw
    assert [type(item) for item in items] == [Record, Quarantined, Record]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (article("12a"), "its PMID is '12a'; a PMID is a number of at most 8 digits"),
        (article(""), "no PMID"),
        (article(1, version=' Version="x"'), "PMID Version is 'x', not a number"),
        ("<PubmedArticle/>", "no MedlineCitation"),
        ("<PubmedArticle><MedlineCitation/></PubmedArticle>", "no PMID"),
        ("<PubmedArticle><MedlineCitation><PMID>1</PMID></MedlineCitation></PubmedArticle>", "no Article"),
        ("<PubmedBookArticle></PubmedBookArticle>", "no BookDocument"),
        ("<DeleteCitation><PMID>x</PMID></DeleteCitation>", "its PMID is 'x'; a PMID is a number of at most 8 digits"),
    ],
)
def test_a_record_without_identity_is_quarantined(record: str, reason: str) -> None:
    (item,) = read(article_set(record))
    assert isinstance(item, Quarantined)
    assert item.reason == reason


def test_very_many_attributes_end_soon() -> None:
    attributes = " ".join(f'a{n}="1"' for n in range(200_000))
    first, item, last = read(article_set(article(1), article(2, f"<i {attributes}>x</i>"), article(3)))
    assert isinstance(item, Record | Quarantined)
    assert isinstance(first, Record)
    assert isinstance(last, Record)


def test_text_equals_itertext_of_a_plain_parse() -> None:
    xml = "a <b>b <i>c</i> d</b> e <sup><sub>f</sub></sup> g"
    tree = etree.fromstring(f"<t>{xml}</t>")
    assert read_one(article(title=xml)).title == "".join(tree.itertext())
