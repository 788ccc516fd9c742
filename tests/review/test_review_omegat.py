"""Through OmegaT itself and back: a project of our files, translated by the program without its window."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from review_build import desk, document, save, sentences

from pipeline.io.export import FORMATS, Export
from pipeline.io.xliff import read_xliff
from pipeline.review.desk import Desk
from pipeline.review.importing import apply, preview
from pipeline.review.lists import Filter
from pipeline.review.taking import READERS

JAR = Path(os.environ.get("OMEGAT_JAR", "/usr/share/omegat/OmegaT.jar"))
JAVA = shutil.which("java")
pytestmark = pytest.mark.skipif(
    not (JAVA and JAR.is_file()), reason="no OmegaT: apt-get install omegat, or name its jar in OMEGAT_JAR"
)
TWO_SENTENCES = "M. Dupont est arrivé. Il paie 20 % & « <b>part</b> »\u2028ou\u00a0non."
DEFAULT = "".join(
    f"<{name}>__DEFAULT__</{name}>"
    for name in ("source_dir", "target_dir", "tm_dir", "glossary_dir", "glossary_file", "dictionary_dir")
)
PROJECT = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat><project version="1.0">{DEFAULT}<source_lang>FR</source_lang><target_lang>EN</target_lang>
<sentence_seg>false</sentence_seg><support_default_translations>true</support_default_translations>
<remove_tags>false</remove_tags></project></omegat>"""
# What a translator has typed there, as OmegaT keeps it.
TYPED = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx11.dtd">
<tmx version="1.1"><header creationtool="OmegaT" o-tmf="OmegaT TMX" adminlang="EN-US" datatype="plaintext"
creationtoolversion="3.6.0" segtype="paragraph" srclang="FR"/><body>{}</body></tmx>"""
UNIT = '<tu><tuv lang="FR"><seg>{}</seg></tuv><tuv lang="EN" changeid="zoe"><seg>{}</seg></tuv></tu>'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An OmegaT project in which someone has translated two segments anew, compiled."""
    root = tmp_path_factory.mktemp("omegat")
    run, project = root / "run", root / "project"
    at = started(run)
    for folder in ("source", "target", "tm/auto", "omegat", "glossary", "dictionary"):
        (project / folder).mkdir(parents=True)
    for name, folder in (("omegat", project / "source"), ("tmx", project / "tm" / "auto")):
        FORMATS[name].write(Export(at.store), folder)
    (project / "omegat.project").write_text(PROJECT, "utf-8")
    typed = {sentences(2)[1]: "Typed in OmegaT.", TWO_SENTENCES: "Two & <b>three</b>."}
    units = "".join(UNIT.format(escape(french), escape(english)) for french, english in typed.items())
    (project / "omegat" / "project_save.tmx").write_text(TYPED.format(units), "utf-8")
    options = [str(project), "--mode=console-translate", f"--config-dir={root / 'config'}"]
    subprocess.run([str(JAVA), "-Djava.awt.headless=true", "-jar", str(JAR), *options], check=True, capture_output=True)
    return project


def started(folder: Path) -> Desk:
    """A run with a segment that stands twice, one without English, and a decision."""
    texts = [*sentences(3), TWO_SENTENCES, "Le pont est fermé.", "Le pont est fermé.", "Sans anglais."]
    made = document("d/a", texts, removed=["Partager"])
    made.segments[-1].target = ""
    at = desk(save(folder, made))
    row = at.rows(at.index.ids(Filter(text="rue 2 ")))[0]
    at.decide(row.id, "edit", "Decided here.", row.version)
    return at


def test_what_our_memory_knows_stands_in_the_file_that_omegat_writes(project: Path) -> None:
    assert [one.target for one in read_xliff(project / "target" / "aligned.omegat.xlf")] == [
        f"{sentences(1)[0]} [en]",
        "Typed in OmegaT.",
        "Decided here.",
        "Two & <b>three</b>.",
        "Le pont est fermé. [en]",
        "Le pont est fermé. [en]",
        "Sans anglais.",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "target/aligned.omegat.xlf",
        "project-level1.tmx",
        "project-level2.tmx",
        "project-omegat.tmx",
        "omegat/project_save.tmx",
    ],
)
def test_only_what_was_typed_there_comes_back(project: Path, tmp_path: Path, name: str) -> None:
    at = started(tmp_path)
    file = project / name
    plan = preview(at, READERS[file.suffix](file))
    assert [(p.kind, p.row.seg, p.text) for p in plan.proposals] == [
        ("edit", 1, "Typed in OmegaT."),
        ("edit", 3, "Two & <b>three</b>."),
    ]
    assert (plan.conflicts, plan.unknown) == ([], [])
    assert apply(at, plan) == 2
    assert at.index.states() == {"edited": 3, "removed": 1, "unreviewed": 4}
    assert preview(at, READERS[file.suffix](file)).proposals == []
