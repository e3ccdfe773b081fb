"""The small scripts and the stylesheets, in a browser, under the strict policy."""

import re

from playwright.sync_api import Page, Route, ViewportSize, expect

from tests.static import pages

PHONE: ViewportSize = {"width": 390, "height": 844}


def open_dialog(site: Page) -> None:
    site.get_by_role("link", name="Send message").click()
    expect(site.get_by_role("dialog")).to_be_visible()


def test_a_live_part_is_refreshed_on_each_tick(site: Page) -> None:
    site.clock.run_for(3000)
    expect(site.locator("#counter")).to_have_text("1")
    site.clock.run_for(3000)
    expect(site.locator("#counter")).to_have_text("2")


def test_nothing_is_asked_while_paused_and_the_page_says_so(site: Page) -> None:
    site.get_by_role("button", name="Pause").click()
    expect(site.locator(".live")).to_have_text("LivePaused", use_inner_text=False)
    expect(site.get_by_text("Paused")).to_be_visible()
    expect(site.get_by_text("Live", exact=True)).to_be_hidden()
    site.clock.run_for(9000)
    assert pages.Seen.counted == 0
    site.get_by_role("button", name="Pause").click()
    expect(site.locator("#counter")).to_have_text("1")


def test_nothing_is_asked_while_the_tab_is_hidden(site: Page) -> None:
    site.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    site.clock.run_for(9000)
    assert pages.Seen.counted == 0


def test_nothing_is_asked_while_a_dialog_is_open(site: Page) -> None:
    open_dialog(site)
    site.clock.run_for(9000)
    assert pages.Seen.counted == 0


def test_an_answer_that_was_under_way_does_not_swap_beneath_the_dialog(site: Page) -> None:
    held: list[Route] = []
    site.route("**/counter/", lambda route: held.append(route))
    site.clock.run_for(3000)
    open_dialog(site)
    site.evaluate(
        "() => document.addEventListener('htmx:finally:request', () => { document.title = 'done' })"
    )
    held[0].fulfill(body="swapped")
    expect(site).to_have_title("done")
    expect(site.locator("#counter")).to_have_text("0")


def test_an_age_goes_on_while_updates_are_paused(site: Page) -> None:
    site.get_by_role("button", name="Pause").click()
    site.clock.run_for(130_000)
    expect(site.locator("time[data-ago]")).to_have_text("2 min ago")


def test_a_moment_to_come_is_counted_down_to_while_updates_are_paused(site: Page) -> None:
    site.get_by_role("button", name="Pause").click()
    countdown = site.locator("time[data-until]")
    expect(countdown).to_have_text(re.compile(r"in 1 min \d+ s"))
    site.clock.run_for(60_000)
    expect(countdown).to_have_text(re.compile(r"in \d+ s"))
    site.clock.run_for(60_000)
    expect(countdown).to_have_text("any moment")


def test_a_page_that_cannot_be_refreshed_says_so_until_it_can(site: Page) -> None:
    banner = site.get_by_text("cannot refresh this page")
    expect(banner).to_be_hidden()
    site.route("**/counter/", lambda route: route.fulfill(status=502, body="bad gateway"))
    site.clock.run_for(3000)
    expect(banner).to_be_visible()
    expect(site.locator("#counter")).to_have_text("0")
    site.unroute("**/counter/")
    site.clock.run_for(3000)
    expect(banner).to_be_hidden()


def test_a_button_that_posts_carries_the_csrf_token(site: Page) -> None:
    site.get_by_role("button", name="Count up").click()
    expect(site.locator("#counter")).to_have_text("10")


def test_markup_that_was_injected_sends_nothing(site: Page) -> None:
    site.clock.run_for(3000)
    expect(site.locator("#counter")).to_have_text("1")
    assert pages.Seen.injected == 0


def test_the_dialog_starts_on_its_first_field_and_escape_closes_it(site: Page) -> None:
    open_dialog(site)
    expect(site.get_by_role("dialog", name="Send message")).to_be_visible()
    expect(site.get_by_label("Queue name")).to_be_focused()
    site.keyboard.press("Escape")
    expect(site.get_by_role("dialog")).to_be_hidden()
    expect(site.get_by_role("link", name="Send message")).to_be_focused()


def test_escape_asks_before_it_drops_what_was_typed(site: Page) -> None:
    open_dialog(site)
    site.get_by_label("Message body").fill("do not lose me")
    site.keyboard.press("Escape")
    expect(site.get_by_text("Press Escape again to drop it.")).to_be_visible()
    expect(site.get_by_label("Message body")).to_have_value("do not lose me")
    site.keyboard.press("Escape")
    expect(site.get_by_role("dialog")).to_be_hidden()


def test_cancel_closes_the_dialog_and_stays_on_the_page(site: Page) -> None:
    open_dialog(site)
    site.get_by_role("link", name="Cancel").click()
    expect(site.get_by_role("dialog")).to_be_hidden()
    expect(site.get_by_role("heading", name="Home")).to_be_visible()


def test_a_wrong_form_stays_open_with_what_was_typed(site: Page) -> None:
    open_dialog(site)
    site.get_by_label("Message body").fill("do not lose me")
    site.get_by_role("button", name="Send", exact=True).click()
    expect(site.get_by_text("This field is required.")).to_be_visible()
    expect(site.get_by_label("Message body")).to_have_value("do not lose me")
    expect(site.get_by_label("Queue name")).to_be_focused()


def test_a_form_that_was_right_leads_on(site: Page) -> None:
    open_dialog(site)
    site.get_by_label("Queue name").fill("orders")
    site.get_by_label("Message body").fill("hello")
    site.get_by_role("button", name="Send", exact=True).click()
    site.wait_for_url("**/opened/")
    assert pages.Seen.sent == ["hello"]


def test_a_dialog_says_when_the_server_refused_and_keeps_the_text(site: Page) -> None:
    open_dialog(site)
    site.get_by_label("Queue name").fill("orders")
    site.get_by_label("Message body").fill("boom")
    site.get_by_role("button", name="Send", exact=True).click()
    expect(site.get_by_role("dialog").get_by_role("alert")).to_contain_text("500")
    expect(site.get_by_label("Message body")).to_have_value("boom")


def test_a_dialog_that_cannot_be_had_leads_to_the_page_that_says_why(site: Page) -> None:
    site.get_by_role("link", name="Broken").click()
    expect(site.get_by_text("This queue does not exist.")).to_be_visible()


def test_the_same_form_is_a_page_of_its_own(site: Page) -> None:
    site.goto(site.url + "send/")
    expect(site.get_by_role("heading", name="Send message")).to_be_visible()
    site.get_by_role("button", name="Send", exact=True).click()
    expect(site.get_by_text("This field is required.").first).to_be_visible()


def test_a_form_is_sent_once_however_often_its_button_is_pressed(site: Page) -> None:
    site.get_by_role("button", name="Send once").dblclick()
    site.get_by_role("button", name="Send once").click()
    site.get_by_role("button", name="Count up").click()
    expect(site.locator("#counter")).to_have_text("10")
    assert pages.Seen.sent == ["once"]


def test_slash_goes_to_the_filter_and_letters_typed_there_are_letters(site: Page) -> None:
    site.keyboard.press("/")
    expect(site.get_by_label("Filter queues")).to_be_focused()
    site.keyboard.type("j/k")
    expect(site.get_by_label("Filter queues")).to_have_value("j/k")


def test_j_and_k_go_through_the_messages(site: Page) -> None:
    site.goto(site.url + "messages/")
    for key, chosen in (("j", 1), ("j", 2), ("j", 3), ("k", 2)):
        site.keyboard.press(key)
        expect(site.get_by_text(f"Message {chosen} in full")).to_be_visible()


def test_a_click_anywhere_on_a_row_opens_the_queue(site: Page) -> None:
    row = site.locator("[data-queue=orders]")
    number = row.locator(".cell").bounding_box()
    assert number is not None
    site.mouse.click(number["x"] + number["width"] / 2, number["y"] + 4)
    site.wait_for_url("**/opened/")


def test_copy_copies_and_says_so(site: Page) -> None:
    site.context.grant_permissions(["clipboard-read", "clipboard-write"])
    site.get_by_role("button", name="Copy message ID").click()
    expect(site.get_by_role("button", name="Copied")).to_be_visible()
    assert site.evaluate("() => navigator.clipboard.readText()") == "b1946ac9"
    site.get_by_role("button", name="Copy body").click()
    expect(site.get_by_role("button", name="Copied")).to_have_count(2)
    assert site.evaluate("() => navigator.clipboard.readText()") == "{\n}"


def test_the_theme_goes_from_system_to_light_to_dark_and_is_kept(site: Page) -> None:
    root = site.locator("html")
    for label, theme in (("system", "light"), ("light", "dark")):
        site.get_by_role("button", name=f"Theme: {label}").click()
        expect(root).to_have_attribute("data-theme", theme)
    dark = site.evaluate("() => getComputedStyle(document.body).backgroundColor")
    site.reload()
    assert site.evaluate("() => getComputedStyle(document.body).backgroundColor") == dark
    site.get_by_role("button", name="Theme: dark").click()
    expect(root).not_to_have_attribute("data-theme", re.compile("."))
    assert site.evaluate("() => getComputedStyle(document.body).backgroundColor") != dark


def test_on_a_phone_a_message_is_a_page_of_its_own(site: Page) -> None:
    site.set_viewport_size(PHONE)
    site.goto(site.url + "messages/")
    expect(site.get_by_role("region", name="Message detail")).to_be_hidden()
    site.get_by_role("link", name="message 2").click()
    expect(site.get_by_text("Message 2 in full")).to_be_visible()
    expect(site.get_by_role("region", name="Messages")).to_be_hidden()


def test_on_a_phone_nothing_overflows_and_buttons_are_easy_to_hit(site: Page) -> None:
    site.set_viewport_size(PHONE)
    assert site.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
    box = site.get_by_role("link", name="Send message").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    site.mouse.click(box["x"] + 10, middle + 21)  # 44 px in all
    expect(site.get_by_role("dialog")).to_be_visible()
