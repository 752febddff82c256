"""What a pen's marks make of the chosen characters."""

from hypothesis import given
from hypothesis import strategies as st

from studio.documents.page.marks import emphasised, heading, listed


@given(st.text(alphabet="a* _#-1.\n", max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_marks_never_lose_a_letter(content: str, one: int, other: int) -> None:
    first, last = sorted((min(one, len(content)), min(other, len(content))))
    for marked in (emphasised(content, first, last, "**"), heading(content, first, last, 2), listed(content, first, last, True)):
        after = content[: marked.at] + marked.inserted + content[marked.at + marked.removed :]
        assert after.count("a") == content.count("a")
        assert 0 <= marked.first <= marked.last <= len(after)
