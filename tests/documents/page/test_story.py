"""What a story must not forget is woven in when it is named."""

from studio.documents.page.story import Note, Story


def test_notes_are_found_by_any_of_their_names() -> None:
    story = Story("M", "", [Note("Ada, the smith", "x"), Note("Bo", "y"), Note("", "z")])
    assert story.woven("… the Smith came") == "M\nAda: x"
    assert story.woven("Adam and Bobby") == "M"
    assert Story.of(story.plain()) == story
    assert Story.of("nonsense") == Story()
