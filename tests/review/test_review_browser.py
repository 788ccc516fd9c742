"""A reviewer's work in a real browser: Chromium, driven through its own driver."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from review_build import document, save, sentences

pytest.importorskip("selenium", reason="selenium is not installed: pip install selenium")
from review_browser import CHROMIUM, DRIVER, Reviewer, Server, start_browser
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium with its driver: apt-get install chromium chromium-driver"
)
EVIL = "Un texte <script>document.title='taken'</script> et \u202eà l’envers\u202c <img src=x onerror=alert(1)>."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    articles = [document("a", sentences(14), removed=["Partager sur Facebook", "Lire aussi : le pont"])]
    save(tmp_path / "run", *articles, document("b", [EVIL, *sentences(3)])).close()
    return tmp_path / "run"


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    made = Server(folder)
    yield made
    made.kill()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    driver = start_browser(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


@pytest.fixture
def reviewer(browser: Any) -> Iterator[Reviewer]:
    browser.set_window_size(1400, 1000)
    yield Reviewer(browser)
    complaints = [entry["message"] for entry in browser.get_log("browser") if "Refused to" in entry["message"]]
    assert not complaints  # the content security policy had nothing to refuse
    browser.get("about:blank")


def test_accept_edit_undo_filter_and_restore_by_keyboard(server: Server, reviewer: Reviewer) -> None:
    reviewer.open(server.address)
    assert "token" not in reviewer.driver.current_url
    assert reviewer.active() == 4  # two removed lines stand before the first segment; the head is row 1
    reviewer.press(*"aaaaaaaaaa")
    reviewer.wait(lambda: reviewer.count(".is-accepted") == 10 and reviewer.active() == 14)
    assert reviewer.saved() == "Saved"

    reviewer.press("e")
    area = reviewer.wait(lambda: reviewer.find(".en textarea"))
    area.send_keys(Keys.CONTROL, "a")
    area.send_keys("Written by hand.")
    area.send_keys(Keys.CONTROL, Keys.ENTER)
    reviewer.wait(lambda: reviewer.count(".is-edited") == 1 and reviewer.active() == 15)
    assert "Written by hand." in reviewer.find(".is-edited .en").text

    reviewer.press("u")
    reviewer.wait(lambda: reviewer.count(".is-edited") == 0 and reviewer.active() == 14)
    assert reviewer.count(".is-accepted") == 10

    reviewer.press("k", *"kkkkkkkkkkk")
    reviewer.wait(lambda: reviewer.active() == 2)
    reviewer.press("r")
    reviewer.wait(lambda: reviewer.count(".is-restored") == 1)

    reviewer.find("[value=accepted]").click()
    reviewer.wait(lambda: reviewer.find("#total").text == "10 rows" and reviewer.count(".row") == 10)
    reviewer.find("[value=accepted]").click()
    reviewer.press("/")
    reviewer.press("RUE 13")
    reviewer.wait(lambda: reviewer.find("#total").text == "1 row")


def test_a_draft_survives_a_killed_server_and_what_was_typed_after_it_too(folder: Path, reviewer: Reviewer) -> None:
    server = Server(folder)
    try:
        reviewer.open(server.address)
        reviewer.press("e")
        reviewer.wait(lambda: reviewer.find(".en textarea")).send_keys(" Saved part.")
        reviewer.wait(lambda: "Draft saved" in reviewer.saved())
    finally:
        server.kill()
    reviewer.find(".en textarea").send_keys(" Part after the kill.")
    reviewer.wait(lambda: "not saved" in reviewer.saved())
    server = Server(folder)
    try:
        reviewer.wait(lambda: "started again" in reviewer.saved())
        reviewer.open(server.address)
        reviewer.wait(lambda: "draft" in reviewer.find(".row.active .notes").text)
        reviewer.press("e")
        area = reviewer.wait(lambda: reviewer.find(".en textarea"))
        assert area.get_attribute("value").endswith("[en] Saved part. Part after the kill.")
    finally:
        server.kill()


def test_a_draft_survives_a_killed_browser(server: Server, tmp_path: Path) -> None:
    killed = Reviewer(start_browser(tmp_path / "profile"))
    killed.open(server.address)
    killed.press("e")
    killed.wait(lambda: killed.find(".en textarea")).send_keys(" Typed.")
    killed.wait(lambda: "Draft saved" in killed.saved())
    os.kill(killed.driver.capabilities["goog:processID"], signal.SIGKILL)
    killed.driver.service.stop()
    driver = start_browser(tmp_path / "another profile")
    try:
        fresh = Reviewer(driver)
        fresh.open(server.address)
        fresh.press("e")
        assert fresh.wait(lambda: fresh.find(".en textarea")).get_attribute("value").endswith("[en] Typed.")
    finally:
        driver.quit()


def test_two_reviewers_on_one_segment_see_both_texts(server: Server, reviewer: Reviewer) -> None:
    reviewer.open(server.address)
    first = reviewer.driver.current_window_handle
    reviewer.press("e")
    area = reviewer.wait(lambda: reviewer.find(".en textarea"))
    area.send_keys(" Mine.")
    reviewer.driver.switch_to.new_window("tab")
    reviewer.open(server.address)
    reviewer.press("a")
    reviewer.wait(lambda: reviewer.count(".is-accepted") == 1)
    reviewer.driver.switch_to.window(first)
    reviewer.find(".en textarea").send_keys(Keys.CONTROL, Keys.ENTER)
    reviewer.wait(lambda: reviewer.find("#conflict").get_attribute("open"))
    assert reviewer.find("#yours").text.endswith(" Mine.")
    assert "accepted" in reviewer.find("#theirs").text
    reviewer.find("#conflict [value=yours]").click()
    reviewer.wait(lambda: reviewer.count(".is-edited") == 1)
    assert reviewer.find(".is-edited .en").text.endswith("Mine.")


def test_scraped_text_is_never_markup_and_hides_nothing(server: Server, reviewer: Reviewer) -> None:
    reviewer.open(server.address)
    reviewer.find("[name=doc]").send_keys("b")
    reviewer.wait(lambda: reviewer.find("#total").text == "4 rows")
    assert reviewer.driver.title == "Review"
    assert reviewer.count("#list script, #list img") == 0
    cell = reviewer.find(".fr")
    assert "<script>document.title='taken'</script>" in cell.text
    assert [mark.text for mark in cell.find_elements(By.CSS_SELECTOR, ".control")] == ["RLO", "PDF"]
    assert (cell.get_attribute("lang"), reviewer.find(".en").get_attribute("lang")) == ("fr", "en")


def test_bulk_acceptance_tells_the_number_and_is_one_undo(server: Server, reviewer: Reviewer) -> None:
    reviewer.open(server.address)
    reviewer.find("[name=doc]").send_keys("a")
    reviewer.wait(lambda: reviewer.find("#total").text == "16 rows")
    reviewer.find("#bulk").click()
    reviewer.wait(lambda: "14 unreviewed segments" in reviewer.find("#ask-title").text)
    reviewer.press(Keys.ENTER)
    reviewer.wait(lambda: reviewer.count(".is-accepted") == 14)
    reviewer.press("u")
    reviewer.wait(lambda: reviewer.count(".is-accepted") == 0)


def test_a_long_document_keeps_few_rows_on_the_page(folder: Path, server: Server, reviewer: Reviewer) -> None:
    reviewer.open(server.address)
    save(folder, document("long", sentences(5000), removed=["Partager"]), document("other", sentences(5200))).close()
    reviewer.driver.refresh()
    reviewer.wait(lambda: reviewer.find("#total").text == "10,201 rows")  # made in steps
    for share in (0.5, 0.9, 0.2, 1.0):
        reviewer.driver.execute_script(f"scrollTo(0, document.body.scrollHeight * {share})")
        reviewer.wait(lambda: reviewer.driver.execute_script(VISIBLE))
    assert reviewer.count(".row") <= 1000
    reviewer.press("/")
    reviewer.press("MIDI")
    reviewer.wait(lambda: reviewer.find("#total").text == "5,100 rows")
    reviewer.driver.execute_script("scrollTo(0, document.body.scrollHeight)")
    reviewer.wait(lambda: reviewer.find('[data-index="5099"]'))


# True for an element that is in the window, with nothing over it.
IN_SIGHT = """
const box = arguments[0].getBoundingClientRect(), found = document.elementFromPoint(box.x + 3, box.y + box.height / 2);
return arguments[0].contains(found);
"""
# True when every row slot in the middle of the window is filled.
VISIBLE = "return !!document.elementFromPoint(300, innerHeight / 2)?.closest('.row')"


def test_single_keys_can_be_switched_off(server: Server, reviewer: Reviewer) -> None:
    reviewer.open(server.address)
    reviewer.press("?")
    reviewer.wait(lambda: reviewer.find("#help").get_attribute("open"))
    reviewer.find("#single-keys").click()
    reviewer.find("#help form button").click()
    before = reviewer.active()
    reviewer.press("j", "x")
    reviewer.press(Keys.ARROW_DOWN)
    reviewer.wait(lambda: reviewer.active() == before + 1)
    assert reviewer.count(".is-rejected") == 0


def test_flag_comment_and_diff(server: Server, reviewer: Reviewer) -> None:
    reviewer.open(server.address)
    reviewer.press("c")
    reviewer.wait(lambda: reviewer.find("#ask-input").is_displayed())
    reviewer.press("Is it so?", Keys.ENTER)
    reviewer.wait(lambda: "1 comment" in reviewer.find(".row.active").text)
    reviewer.press("e")
    reviewer.wait(lambda: reviewer.find(".en textarea")).send_keys(" Added.")
    reviewer.find(".en textarea").send_keys(Keys.CONTROL, Keys.ENTER)
    reviewer.wait(lambda: reviewer.count(".is-edited") == 1)
    reviewer.press("d")
    reviewer.wait(lambda: reviewer.find(".is-edited .en ins").text.strip() == "Added.")
    reviewer.press("dk")
    reviewer.driver.set_window_size(640, 600)  # where little of the details is to be seen
    reviewer.press("d")
    reviewer.wait(lambda: reviewer.driver.execute_script(IN_SIGHT, reviewer.find("#detail ins")))
    reviewer.press("f")
    reviewer.wait(lambda: reviewer.find("#ask-input").is_displayed())
    reviewer.press("Odd.", Keys.ENTER)
    reviewer.wait(lambda: reviewer.count(".is-flagged") == 1)


def test_reject_next_undecided_and_white_space(server: Server, reviewer: Reviewer) -> None:
    reviewer.open(server.address)
    reviewer.press("xa")
    reviewer.wait(lambda: reviewer.count(".is-rejected") == 1 and reviewer.count(".is-accepted") == 1)
    reviewer.press("kkkk")
    reviewer.wait(lambda: reviewer.active() == 2)
    reviewer.press("n")
    reviewer.wait(lambda: reviewer.active() == 6)
    assert reviewer.count(".space") == 0
    reviewer.press("w")
    reviewer.wait(lambda: reviewer.count(".row.active .fr .space") > 3)
    reviewer.press("w")
    reviewer.wait(lambda: reviewer.count(".space") == 0)


def test_landmarks_and_zoom(server: Server, reviewer: Reviewer) -> None:
    reviewer.open(server.address)
    for landmark in ("header", "search", "main", "aside"):
        assert reviewer.count(f"body > {landmark}") == 1
    reviewer.press("jjjjjj")
    reviewer.wait(lambda: reviewer.active() == 10)
    reviewer.driver.set_window_size(640, 900)  # 1,280 pixels at 200 %
    reviewer.wait(lambda: reviewer.driver.execute_script(IN_SIGHT, reviewer.find(".row.active")))
    wide = reviewer.driver.execute_script("return document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    reviewer.press("a")
    reviewer.wait(lambda: reviewer.count(".is-accepted") == 1)


@pytest.mark.skipif("REVIEW_SCREENSHOTS" not in os.environ, reason="REVIEW_SCREENSHOTS names no folder for them")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_screenshots_for_people(server: Server, reviewer: Reviewer, scheme: str) -> None:
    media = [{"name": "prefers-color-scheme", "value": scheme}]
    reviewer.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    reviewer.open(server.address)
    reviewer.press("a", "j")
    reviewer.wait(lambda: reviewer.count("#detail h2"))
    shots = Path(os.environ["REVIEW_SCREENSHOTS"])
    shots.mkdir(parents=True, exist_ok=True)
    reviewer.driver.save_screenshot(str(shots / f"review-{scheme}.png"))
