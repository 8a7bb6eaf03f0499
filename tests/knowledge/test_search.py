"""Search: finds the article in spite of slips and accents, and finds nothing rather than anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citystat.knowledge import queries, rules

SHELF = [
    rules.weigh(1, "When is trash picked up in a week with a holiday?", ["garbage"], "Put your cart out by seven."),
    rules.weigh(2, "Why is my water bill higher than usual?", ["leak"], "A toilet runs."),
    rules.weigh(3, "Where may I park when it snows?", ["plow"], "In the street."),
]


@pytest.mark.django_db
@pytest.mark.usefixtures("answers")
@pytest.mark.parametrize(
    ("words", "language", "slug"),
    [
        ("trash holiday", "en", "trash-on-holidays"),
        ("garbige holliday", "en", "trash-on-holidays"),
        ("when do they pick up trash after Thanksgiving", "en", "trash-on-holidays"),
        ("mattres", "en", "bulky-items"),
        ("bulky", "en", "bulky-items"),
        ("old refridgerator", "en", "bulky-items"),
        ("water bill too high", "en", "water-bill"),
        ("snow parking", "en", "street-parking-snow"),
        ("birthday party in the park", "en", "park-shelter"),
        ("traffic ticket court", "en", "court-date"),
        ("basura dia festivo", "es", "trash-on-holidays"),
        ("colchon", "es", "bulky-items"),
        ("factura de agua", "es", "water-bill"),
        ("NAVIDAD", "es", "trash-on-holidays"),
        ("cortaron el agua", "es", "water-shutoff"),
    ],
)
def test_search_finds_the_article_meant_first(words: str, language: str, slug: str) -> None:
    found = queries.search(words, language)
    assert found[0].slug == slug
    assert found[0].language == language


@pytest.mark.django_db
@pytest.mark.usefixtures("answers")
@pytest.mark.parametrize(
    "words",
    [
        "library card",
        "zebra",
        "marriage license",
        "how do I get a marriage license",
        "where can I vote",
        "the of and",
        "",
        "   ",
        "?!",
        "12",
    ],
)
def test_search_without_an_answer_finds_nothing(words: str) -> None:
    assert queries.search(words, "en") == []


@pytest.mark.django_db
@pytest.mark.usefixtures("answers")
def test_search_shows_internal_articles_to_staff_alone() -> None:
    words = "after hours water emergency"
    assert "after-hours-water-script" not in [one.slug for one in queries.search(words, "en")]
    assert queries.search(words, "en", include_internal=True)[0].slug == "after-hours-water-script"


@pytest.mark.django_db
@pytest.mark.usefixtures("answers")
def test_search_in_another_language_shows_the_reader_their_own() -> None:
    assert queries.search("basura festivo", "en")[0].language == "en"
    assert len(queries.search("agua", "es", limit=1)) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("answers")
def test_search_of_a_kept_shelf_takes_no_statement(django_assert_num_queries, settings) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 60
    queries.search("trash", "en")
    with django_assert_num_queries(0):
        assert queries.search("trash", "en")


def test_rank_counts_rare_words_more_than_words_of_every_article() -> None:
    shelf = [rules.weigh(1, "city water", [], ""), rules.weigh(2, "city snow", [], ""), rules.weigh(3, "city trash", [], "")]
    (best, score), *others = rules.rank("city snow", shelf)
    assert best == 2
    assert score == 1.0
    assert all(other < 0.5 for _key, other in others)


def test_rank_title_counts_more_than_text() -> None:
    shelf = [rules.weigh(1, "Other", [], "permit"), rules.weigh(2, "Permit", [], "other")]
    assert [key for key, _score in rules.rank("permit", shelf)] == [2, 1]


@pytest.mark.slow
@given(st.text(max_size=200))
def test_rank_scores_lie_between_0_and_1_in_order(search: str) -> None:
    scores = [score for _key, score in rules.rank(search, SHELF)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


@given(st.permutations(["water", "bill", "usual"]))
def test_rank_does_not_depend_on_the_order_of_words(words: list[str]) -> None:
    assert rules.rank(" ".join(words), SHELF) == rules.rank("water bill usual", SHELF)


@pytest.mark.parametrize(
    ("search", "kept"),
    [
        ("Library  Card", "library card"),
        ("call me 816 555-0100 dog", "call me dog"),
        ("ana@example.org", ""),
        ("ab", ""),
        ("the of", ""),
        ("x" * 300, "x" * 120),
    ],
)
def test_remembered_leaves_out_what_could_be_a_person(search: str, kept: str) -> None:
    assert rules.remembered(search) == kept
