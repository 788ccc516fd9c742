"""`pipeline translate`, `models`, `memory`, `score flags` and `check`: what users see of bad input."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app

Runner = Callable[..., Result]

TMX = """<tmx version="1.4"><header/><body>
<tu><tuv xml:lang="FR-ca"><seg>Bonjour.</seg></tuv><tuv xml:lang="EN_us"><seg>Hi.</seg></tuv></tu>
<tu><tuv xml:lang="x-klingon"><seg>Qapla.</seg></tuv><tuv><seg>Success.</seg></tuv></tu>
</body></tmx>"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Runs a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, **options: CliRunner().invoke(app, [str(a) for a in arguments], **options)


def explained(result: Result) -> str:
    """The message of a command that ended with exit code 2."""
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    return result.stderr


def test_any_bytes_give_a_line_for_each_line(run: Runner) -> None:
    lines = [b"\xef\xbb\xbfUn.", b"", b"Deux\xff.", b"tr\rois\r", b"\x00\x0b\xc2\x85", "\u2028x".encode(), b"fin"]
    result = run("translate", "--engine", "echo", input=b"\n".join(lines))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == ["Un.", "", "Deux\ufffd.", "tr ois", "\0", "x", "fin"]
    assert result.stderr.splitlines() == ["stdin: line 3: not UTF-8; what cannot be read became U+FFFD"]


@pytest.mark.parametrize("command", [["translate"], ["run", "in"], ["models", "fetch"]])
def test_an_unknown_model_is_named(command: list[str], run: Runner) -> None:
    Path("in").mkdir()
    given = ["embeded"] if command[0] == "models" else ["--model", "embeded"]
    message = explained(run(*command, *given))
    assert 'unknown model "embeded"; allowed: opus-mt-fr-en, embedded, default; did you mean "embedded"?' in message


def test_models_tells_what_to_do_about_a_missing_folder(run: Runner) -> None:
    entry = "{path: /absent, languages: [fr, en], licence: MIT, megabytes: 1}"
    Path("models.yaml").write_text(f"default: [mine]\nmodels: {{mine: {entry}}}\n")
    assert "the folder /absent does not exist; mend `path` in models.yaml" in run("models").stdout
    assert "the folder /absent does not exist" in explained(run("translate", input=""))


def test_check_reads_what_the_stages_rest_on(run: Runner) -> None:
    Path("pipeline.yaml").write_text(
        "stages:\n  - segment\n  - translate: {model: ./empty, glossary: no.yaml}\n  - check: {glossary: no.yaml}\n"
    )
    Path("empty").mkdir()
    message = explained(run("check"))
    assert "empty/config.json is missing" in message
    assert message.count("no.yaml: cannot be read as a glossary") == 1
    Path("models.yaml").write_text("- none\n")
    Path("pipeline.yaml").unlink()
    assert "models.yaml:1: must be a mapping" in explained(run("check"))


def test_a_memory_is_imported_exported_and_counted(run: Runner) -> None:
    Path("a.tmx").write_text(TMX)
    assert run("memory", "import", "a.tmx").exit_code == 0
    assert run("memory", "stats").stdout == "fr-en  1 imported  0 made by models\n"
    assert run("memory", "export", "b.tmx").exit_code == 0
    assert "Bonjour." in Path("b.tmx").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "absent.tmx"], "absent.tmx cannot be read"),
        (
            ["import", "a.tmx", "--source", "de"],
            "no unit with both de and en, but FR-ca, EN_us, x-klingon, none stated",
        ),
        (["import", "a.tmx", "--source", "FR"], "no code of a language"),
        (["export", "b.tmx"], "memory.sqlite does not exist"),
        (["stats"], "memory.sqlite does not exist"),
    ],
)
def test_a_memory_command_that_fails_says_why_and_makes_nothing(
    arguments: list[str], message: str, run: Runner
) -> None:
    Path("a.tmx").write_text(TMX)
    # The frame that typer draws around its own messages is not part of them.
    assert message in " ".join(explained(run("memory", *arguments)).replace("│", "").split())
    assert [path.name for path in Path().iterdir()] == ["a.tmx"]


def test_an_empty_memory_says_so(run: Runner) -> None:
    Path("m").touch()
    assert "m holds nothing yet" in run("memory", "stats", "--memory", "m").stderr


def test_damaged_entries_of_a_memory_are_passed_over(run: Runner) -> None:
    Path("a.tmx").write_text(TMX)
    run("memory", "import", "a.tmx")
    with sqlite3.connect("memory.sqlite") as memory:
        (entry,) = memory.execute("SELECT entry FROM memory").fetchone()
        for key, text in (("x", "{"), ("y", "{}"), ("z", '{"alignment": 3}')):
            memory.execute("INSERT INTO memory VALUES (?, 'fr-en', 1, ?)", (key, text))
        memory.execute("UPDATE memory SET key = key || 'x' WHERE key <> 'x'")
    assert "1 translations" in run("memory", "export", "b.tmx").stderr
    assert entry


def test_a_damaged_memory_stops_a_run_with_a_message(run: Runner) -> None:
    Path("t.txt").write_text("Bonjour à tous les amis de la ville.")
    run("run", "t.txt", "--engine", "echo", "--memory", "m")
    with sqlite3.connect("m") as memory:
        memory.execute("DROP TABLE memory")
        memory.execute("CREATE TABLE memory (other)")
    message = explained(run("run", "t.txt", "--engine", "echo", "--memory", "m", "--fresh"))
    assert "m cannot be used as a translation memory" in message


def test_flags_of_a_file_of_any_bytes(run: Runner) -> None:
    Path("p.tsv").write_bytes(
        b"\xef\xbb\xbfIl a 5 ans.\tHe is 6.\r\n\n\t\nseul\na\tb\tc\nm\xe9t\xe9o\tweather\nfin\tend"
    )
    result = run("score", "flags", "p.tsv")
    assert result.exit_code == 0
    assert [line.split("\t")[0] for line in result.stdout.splitlines()] == ["numbers", "", "", "length", "", "", ""]
    assert [line.removeprefix("p.tsv: ") for line in result.stderr.splitlines()] == [
        "line 2: 0 tabs; expected fr<TAB>en",
        "line 4: 0 tabs; expected fr<TAB>en",
        "line 5: 2 tabs; expected fr<TAB>en",
        "line 6: not UTF-8; what cannot be read became U+FFFD",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.tsv"], "absent.tsv cannot be read: No such file or directory; name a file of pairs"),
        (["."], ". cannot be read: Is a directory; name a file of pairs"),
        (["p.tsv", "--source", "français"], '"français" is no code of a language'),
        (["p.tsv", "--glossary", "absent.yaml"], "absent.yaml: cannot be read as a glossary"),
    ],
)
def test_flags_that_cannot_be_made_say_why(arguments: list[str], message: str, run: Runner) -> None:
    Path("p.tsv").write_text("Un.\tOne.\n")
    assert message in explained(run("score", "flags", *arguments))


def test_a_quiet_run_names_its_failures_once(run: Runner) -> None:
    Path("in").mkdir()
    Path("in/empty.txt").touch()
    Path("in/full.txt").write_text("Bonjour à tous les amis de la ville.")
    result = run("run", "in", "--engine", "echo", "-q")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "failed: in/empty.txt: is empty; put text into it, or take it out of the input"
    ]


def test_the_summary_tells_how_often_the_guard_tried_again(run: Runner) -> None:
    Path("t.txt").write_text("Les soldats sont dans la ville avec leurs familles.\n\nParis.\n")
    result = run("run", "t.txt", "--engine", "echo")
    assert "retries 1 translated again, 1 still doubtful after that" in " ".join(result.stderr.split())
    again = run("run", "t.txt", "--engine", "echo")
    assert "translated again" not in again.stderr


def test_the_summary_tells_how_many_words_were_mended(run: Runner) -> None:
    Path("t.txt").write_text("Paris : 100 000 + 250 000.\n")
    result = run("run", "t.txt", "--engine", "echo")
    assert "mended 2 words and figures of translations" in " ".join(result.stderr.split())
