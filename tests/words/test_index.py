"""Whole words and their stems, kept as products change."""

from __future__ import annotations

from words import Text, WordIndex


def index() -> WordIndex:
    return WordIndex(
        [
            Text(1, "Striped Shirt"),
            Text(2, "Pink Shirts"),
            Text(3, "Watch"),
        ]
    )


def test_names_are_found_by_any_form_of_a_word_and_by_no_part_of_it() -> None:
    assert index().ids((("shirt",),)).tolist() == [1, 2]
    assert index().ids((("shirt", "stripe"), ("watch",))).tolist() == [1, 3]
    assert index().ids((("pin",),)).tolist() == []
    assert index().ids(()).tolist() == []


def test_a_change_takes_the_place_of_what_was_said() -> None:
    kept = index()
    kept.update([Text(2, "Pink Hat"), Text(4, "Hats")], gone=[1])
    assert kept.ids((("shirt",),)).tolist() == []
    assert kept.ids((("hat",),)).tolist() == [2, 4]
    assert kept.pks.tolist() == [2, 3, 4]
    assert kept.words == {"pink": 1, "hat": 1, "hats": 1, "watch": 1}
    assert not kept.knows("shirt")


def test_following_changes_ends_as_reading_all_does() -> None:
    kept, texts = index(), [Text(pk, f"Shirt {pk % 7} red{pk % 3}") for pk in range(50)]
    for text in texts:
        kept.update([text])
    whole = WordIndex(texts)
    assert kept.words == whole.words
    for word in whole.words:
        assert kept.ids(((word,),)).tolist() == whole.ids(((word,),)).tolist()


def test_names_are_found_as_they_are_typed() -> None:
    index = WordIndex([Text(1, "Red Dress"), Text(2, "Blue Dress Shirt"), Text(3, "Dress, red")])
    assert index.beginning("dr", 9) == [3, 2, 1]
    assert index.beginning("red dr", 9) == [1, 3]
    assert index.beginning("dresses blu", 9) == [2]
    assert index.beginning("dr", 1) == [3]
    assert index.beginning("ress", 9) == index.beginning("", 9) == []
    index.update([Text(2, "Blue Hat")])
    assert index.beginning("dr", 9) == [3, 1]
