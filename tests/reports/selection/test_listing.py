"""Lists of runs on screens of any width."""

from aecli.reports.selection.listing import fitting


def test_a_narrow_list_leaves_out_what_can_best_be_done_without():
    headings = ["run", "model", "data (samples)", "epochs", "status", "test loss", "unit"]
    rows = [
        [
            "20260101-000000-conv",
            "conv × plain × reconstruction",
            "mnist (60000)",
            "5/5",
            "completed",
            "0.1",
            "nats",
        ]
    ]
    assert fitting(headings, rows, float("inf")) == (headings, rows)
    narrow, cells = fitting(headings, rows, 80)
    assert narrow == ["run", "epochs", "status", "test loss", "unit"]
    assert cells == [["20260101-000000-conv", "5/5", "completed", "0.1", "nats"]]
    assert fitting(headings, rows, 50)[0] == ["run", "status", "test loss", "unit"]
