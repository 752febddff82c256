"""No line of a page is too long to be laid out."""

from hypothesis import given
from hypothesis import strategies as st

from studio.documents.page.lines import LONGEST_LINE, broken


@given(st.text(alphabet="ab \n", max_size=40).map(lambda text: text * 700))
def test_broken_lines_are_short_and_nothing_is_lost(content: str) -> None:
    after = broken(content)
    assert all(len(line) <= LONGEST_LINE for line in after.split("\n"))
    assert after.replace("\n", "") == content.replace("\n", "")
