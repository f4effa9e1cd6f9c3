# SPDX-License-Identifier: GPL-3.0-or-later
"""page.py EVOKE PAGE SET... - decide on a page of 1,000 images in headless Chromium, and save"""
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

IMAGES, VETOES, OPENINGS = 1000, 20, 5
SECONDS, BYTES = 2.0, 60_000_000

evoke, page, *sets = sys.argv[1:]
address = pathlib.Path(page).resolve().as_uri()


def data_of(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL).group(1))


data = data_of(page)
items = data["items"]


def start(folder):
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--window-size=1440,900", f"--user-data-dir={folder}/profile"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.add_experimental_option("prefs", {"download.default_directory": folder})
    return webdriver.Chrome(service=Service("chromedriver"), options=options)


def press(driver, *keys):
    ActionChains(driver).send_keys(*keys).perform()


def face(driver, index):
    return driver.find_element(By.CSS_SELECTOR, f'.face[data-item="{index}"]')


def open_page(driver):
    """Returns the seconds until the page can be used, and until the images in sight are there."""
    driver.get("about:blank")
    begun = time.perf_counter()
    driver.get(address)
    assert driver.execute_script("return document.documentElement.dataset.ready") == "true"
    usable = time.perf_counter() - begun
    seen = """return [...document.querySelectorAll('main img')].filter(function (image) {
        const box = image.getBoundingClientRect();
        return box.bottom > 0 && box.top < window.innerHeight; })"""
    while not driver.execute_script(seen + ".every(image => image.src && image.complete && image.naturalWidth > 0)"):
        assert time.perf_counter() - begun < 30, "images do not appear"
    assert driver.execute_script(seen + ".length") > 5
    return usable, time.perf_counter() - begun


# ---- vetoes: each way of giving one; returns the reason that the table should have ----------------


def by_keys(driver, index, reason):
    driver.execute_script("arguments[0].focus()", face(driver, index))
    press(driver, "v")
    press(driver, reason, Keys.ENTER)
    return reason


def by_number(driver, index, reason):
    driver.execute_script("arguments[0].focus()", face(driver, index))
    press(driver, "v")
    press(driver, "2")
    return "face"


def by_mouse(driver, index, reason):
    element = face(driver, index)
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    for _ in range(20):  # rows that come into sight get their height, and images may move once
        ActionChains(driver).move_to_element(element.find_element(By.CSS_SELECTOR, ".mat")).perform()
        if driver.execute_script("return document.getElementById('quick')?.parentElement === arguments[0].parentElement", element):
            break
    driver.find_element(By.CSS_SELECTOR, "#quick button[aria-label=Veto]").click()
    assert driver.find_element(By.ID, "why-of").text.startswith(items[index]["id"].replace("stim-", "") + " of ")
    driver.find_elements(By.CSS_SELECTOR, "#why-suggestions button")[3].click()
    return "too bright"


def enlarged(driver, index, reason):
    element = face(driver, index)
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.find_element(By.CSS_SELECTOR, ".mat").click()
    shown = driver.find_element(By.ID, "view-id").text
    assert "stim-" + shown == items[index]["id"], (shown, items[index]["id"])
    driver.find_element(By.ID, "view-veto").click()
    driver.find_element(By.ID, "why-text").send_keys(reason)
    driver.find_element(By.CSS_SELECTOR, "#why-form .strong").click()
    press(driver, Keys.ESCAPE)
    return reason


def without_reason(driver, index, reason):
    driver.execute_script("arguments[0].focus()", face(driver, index))
    press(driver, Keys.ENTER)
    press(driver, "v")
    press(driver, Keys.ENTER)
    press(driver, Keys.ESCAPE)
    return ""


WAYS = (by_keys, by_number, by_mouse, enlarged, without_reason)
REASONS = ('a hand, "left" side', "Δ <b>bold</b> & co", "  two   spaces ", "un\u200bseen \u202emarks", "'; drop")


def cleaned(reason):
    return re.sub(r"[\s\u200b\u202e]+", " ", reason).strip()


# ---- the page, checked --------------------------------------------------------------------------


def check_requests(driver):
    """All that the browser asked for, by its own log of the network."""
    asked = []
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
    other = [url for url in asked if not (url == address or url.startswith(("data:", "blob:", "about:", "chrome")))]
    assert address in asked and not other, other
    assert driver.execute_script("return performance.getEntriesByType('resource').filter("
                                 "e => !e.name.startsWith('data:')).length") == 0
    assert not driver.get_log("browser"), "the browser complains"


def warns(driver):
    """Would the browser ask before it leaves the page?"""
    return driver.execute_script("return !window.dispatchEvent(new Event('beforeunload', {cancelable: true}))")


def counts(driver):
    return [int(b.text.split()[-1].replace(",", "")) for b in driver.find_elements(By.CSS_SELECTOR, "#states button")]


def read_saved(folder):
    path = pathlib.Path(folder) / "veto.tsv"
    for _ in range(100):
        if path.exists():
            break
        time.sleep(0.05)
    raw = path.read_bytes()
    path.unlink()
    assert b"\r" not in raw and raw.endswith(b"\n")
    lines = raw.decode("utf-8").split("\n")
    assert lines[0] == "set\tstimulus_id\treason"
    return raw, [tuple(line.split("\t")) for line in lines[1:-1]]


def check_filters(driver, vetoed):
    press(driver, "f")
    assert driver.switch_to.active_element == driver.find_elements(By.CSS_SELECTOR, "#states button")[0]
    driver.find_elements(By.CSS_SELECTOR, "#states button")[3].click()
    shown = driver.execute_script("return [...document.querySelectorAll('.tile:not([hidden]) > .face')].map(e => +e.dataset.item)")
    assert shown == vetoed, (shown, vetoed)
    driver.find_elements(By.CSS_SELECTOR, "#states button")[0].click()
    for name, number in (("set", lambda i: i["set"] == 1), ("flag", lambda i: i["flags"] == [])):
        select = Select(driver.find_element(By.ID, "filter-" + name))
        select.select_by_value("1" if name == "set" else "none")
        shown = driver.execute_script("return document.querySelectorAll('.tile:not([hidden])').length")
        assert shown == sum(map(number, items)), (name, shown)
        select.select_by_value("")
    press(driver, Keys.ESCAPE)
    assert driver.execute_script("return document.activeElement.className") == "face"


def check_arrows(driver):
    """Right goes through all images of the first row in their order; down and up lead back."""
    driver.execute_script("arguments[0].focus()", face(driver, 0))
    at = "return +document.activeElement.dataset.item"
    for index in range(1, data["rows"][0]["count"]):
        press(driver, Keys.ARROW_RIGHT)
        assert driver.execute_script(at) == index
    for _ in range(60):
        press(driver, Keys.ARROW_DOWN)
    down = driver.execute_script(at)
    for _ in range(80):
        press(driver, Keys.ARROW_UP)
    assert down > 100 and driver.execute_script(at) < data["rows"][0]["count"], down


def main(folder):
    size = os.path.getsize(page)
    assert len(items) == IMAGES, len(items)
    assert size < BYTES, size
    driver = start(folder)
    try:
        times = [open_page(driver) for _ in range(OPENINGS)]
        usable, complete = (statistics.median(t[k] for t in times) for k in (0, 1))
        print(f"{len(items)} images, {size / 1e6:.1f} MB; usable after {usable:.2f} s, "
              f"with the images in sight after {complete:.2f} s (medians of {OPENINGS})")
        assert complete < SECONDS
        chosen = sorted(random.Random(24).sample(range(IMAGES), VETOES))
        order = random.Random(7).sample(chosen, VETOES)
        expected = {i: cleaned(WAYS[n % 5](driver, i, REASONS[n // 5 % 5])) for n, i in enumerate(order)}
        kept = next(i for i in range(IMAGES) if i not in expected)
        driver.execute_script("arguments[0].focus()", face(driver, kept))
        press(driver, "k")
        taken_back = next(i for i in range(kept + 1, IMAGES) if i not in expected)
        by_number(driver, taken_back, "")
        press(driver, "v")
        press(driver, "v")
        press(driver, Keys.ESCAPE)
        assert counts(driver) == [IMAGES, IMAGES - VETOES - 1, 1, VETOES], counts(driver)
        check_arrows(driver)
        check_filters(driver, chosen)
        assert warns(driver)
        assert "unsaved" in driver.find_element(By.ID, "save").get_attribute("class")
        press(driver, "s")
        raw, rows = read_saved(folder)
        names = [s["name"] for s in data["sets"]]
        assert rows == [(names[items[i]["set"]], items[i]["id"], expected[i]) for i in chosen], rows
        assert "unsaved" not in driver.find_element(By.ID, "save").get_attribute("class")
        assert not warns(driver)
        check_requests(driver)
        driver.refresh()
        assert counts(driver) == [IMAGES, IMAGES - VETOES - 1, 1, VETOES], "decisions are forgotten"
        driver.find_element(By.ID, "save").click()
        assert read_saved(folder)[0] == raw
    finally:
        driver.quit()
    pathlib.Path("veto.tsv").write_bytes(raw)
    subprocess.run([evoke, "sheet", *sets, "--veto", "veto.tsv", "-o", "vetoed.html"], check=True)
    again = {i: e["veto"] for i, e in enumerate(data_of("vetoed.html")["items"]) if "veto" in e}
    assert again == expected, again
    print(f"{VETOES} vetoes, by mouse and keyboard, are saved as they were made, and read back by --veto")
    print("no request to any other place; decisions survive a reload")


with tempfile.TemporaryDirectory() as scratch:
    main(scratch)
