"""The pages' sentences in English; a line break begins a new paragraph."""

from collections.abc import Mapping
from types import MappingProxyType

EN: Mapping[str, str] = MappingProxyType(
    {
        # Every page
        "lang": "en",
        "skip": "Skip to content",
        "sample": "Sample site: the papers are invented for this demonstration, and mails reach "
        "no real mailbox.",
        "sample.label": "Sample",
        "sample.inbox": "Open the sample inbox",
        "switch": "中文",
        "switch.lang": "zh-CN",
        "footer.operator": "Operator: {operator}",
        "footer.contact": "Contact: ",
        "footer.arxiv": "Thank you to arXiv for use of its open access interoperability. This "
        "service was not reviewed or approved by, nor does it necessarily express or reflect the "
        "policies or opinions of, arXiv.",
        "colon": ": ",
        "error.prefix": "Error: ",
        "link.subscribe": "Go to the subscription form",
        "link.subscribe_again": "Subscribe again",
        "link.home": "Back to the start",
        "link.preferences": "See and change my preferences",
        # The form
        "home.title": "Subscribe",
        "home.headline": "Last night’s arXiv, this morning, in Chinese",
        "home.lead": "Write down the keywords that you care about. Whenever arXiv announces new "
        "papers, {name} picks those that match, translates title, gist and abstract into Chinese, "
        "and mails them at the hour you choose.",
        "home.point1.title": "Complete",
        "home.point1.text": "Every announcement is counted against arXiv’s own figures; if "
        "anything is missing, the mail says so.",
        "home.point2.title": "Checked",
        "home.point2.text": "Figures, formulas and links of the Chinese are compared with the "
        "English by program; what fails comes in English.",
        "home.point3.title": "Quiet",
        "home.point3.text": "No mail on days without a match. No account, no password, no "
        "tracking; one click in any mail and you are out.",
        "form.title": "Subscribe",
        "form.submit": "Subscribe",
        "form.after": "You will get a mail with a link; the subscription begins when you confirm "
        "it there.",
        "form.privacy": "Your address and these choices are used for nothing but these mails.",
        "form.errors": "Fields that need attention: {count}",
        "field.address": "E-mail address",
        "field.keywords": "Keywords",
        "field.hour": "Hour of delivery",
        "field.timezone": "Time zone",
        "field.timezone_other": "Other time zone",
        "field.density": "Level of detail",
        "field.form": "The whole form",
        "hint.keywords.english": "arXiv’s papers are in English: please use English keywords.",
        "hint.keywords": "One per line, at most {limit}; the mail is grouped in this "
        "order. Looked up in titles and abstracts, whatever the case, hyphens and plurals.",
        "hint.keywords.example": "For example: ",
        "hint.hour": "arXiv announces at 20:00 in New York, 8:00 or 9:00 in Beijing; at an "
        "earlier hour, the mail leaves right after that.",
        "hint.timezone_other": "If it is not in the list, write its name, such as Africa/Nairobi.",
        "zones.other": "Not in the list?",
        "density.full": "Full",
        "density.full.hint": "Chinese gist, Chinese abstract and English abstract",
        "density.abstract": "Abstract",
        "density.abstract.hint": "Chinese gist and Chinese abstract",
        "density.brief": "Brief",
        "density.brief.hint": "Chinese gist only",
        "density.title": "Titles",
        "density.title.hint": "Titles in both languages, and links",
        # After the form
        "sent.title": "Check your inbox",
        "sent.text": "A mail is on its way to {address}; open the link in it to finish.\n"
        "Nothing after a few minutes? Look in your spam folder and check the address above; if "
        "it is wrong, simply fill in the form again.",
        "link.again": "Fill in the form again",
        # Confirming
        "confirm.title": "Confirm your subscription",
        "confirm.text": "Press the button, and the subscription begins at once.",
        "confirm.button": "Confirm",
        "confirmed.title": "You are subscribed",
        "confirmed.text": "If the latest issue has papers that match your keywords, it arrives "
        "shortly. From then on, issues come at the hour you chose; on days without a match, no "
        "mail is sent.\n"
        "Keywords, hour and level of detail can be changed at any time; every mail ends with a "
        "link.",
        # Preferences
        "preferences.title": "My preferences",
        "preferences.for": "Subscription of {address}",
        "preferences.submit": "Save",
        "preferences.active": "Mails are being sent.",
        "preferences.paused": "Paused: no mails until you resume.",
        "preferences.pending": "Not confirmed yet: open the link in the confirmation mail.",
        "preferences.pause_title": "Pause or leave",
        "preferences.pause": "Pause",
        "preferences.pause_hint": "On holiday? No mails until you resume; your preferences "
        "are kept.",
        "preferences.resume": "Resume",
        "preferences.leave": "Unsubscribe",
        "done.saved": "Saved; it counts from the next mail.",
        "done.paused": "Paused.",
        "done.resumed": "Resumed.",
        "closed.left.title": "You have unsubscribed",
        "closed.left.text": "No more papers will be sent. You can subscribe again at any time.",
        "closed.bounced.title": "Delivery has stopped",
        "closed.bounced.text": "Mails to your address came back, so no more are sent. If the "
        "mailbox works again, please subscribe again.",
        "closed.complained.title": "Delivery has stopped",
        "closed.complained.text": "Your mailbox reported our mail as spam, so no more are sent. "
        "If that was a mistake, please write to the operator.",
        # Leaving
        "unsubscribe.title": "Unsubscribe",
        "unsubscribe.text": "Press the button to unsubscribe. It takes effect immediately.\n"
        "Just need a break? You can pause instead; your preferences are kept.",
        "unsubscribe.button": "Unsubscribe",
        "unsubscribe.pause": "Pause instead",
        "left.title": "You have unsubscribed",
        "left.text": "It is done: no more papers will be sent. Thank you for reading.\n"
        "If it was a slip, simply subscribe again.",
        # The operator
        "operator.title": "Operator",
        "operator.closed.title": "Please log in",
        "operator.closed.text": "This page is for the operator. Run newsletter operator-link on "
        "the server and open the link that it prints.",
        "operator.closed_demo.title": "Please log in",
        "operator.closed_demo.text": "This page is for the operator. In the demonstration, anyone "
        "may log in.",
        "link.operator": "Get a login link",
        "login.title": "Operator login",
        "login.text": "Press the button to log in on this browser for 12 hours.",
        "login.button": "Log in",
        "operator.logout": "Log out",
        "operator.editions": "Newest editions",
        "operator.no_editions": "No edition yet: nothing was due, or this has just started.",
        "operator.announced": "announced {at}",
        "operator.collected": "collecting ended {at}",
        "operator.announcements": "Announcements",
        "operator.no_announcements": "No announcement was fetched yet.",
        "operator.category": "Category",
        "operator.source": "Source",
        "operator.state": "State",
        "operator.expected": "Expected",
        "operator.parsed": "Parsed",
        "operator.fetched": "Fetched",
        "operator.problems": "Problems: {count}",
        "operator.more_problems": "and {count} more",
        "operator.timeline": "What became known, and when",
        "operator.missed_on": " (announced for {days}, missed then)",
        "operator.extent": "{parsed} of {expected}",
        "operator.from": "from {source}",
        "operator.remarks": "Remarks:",
        "operator.and": ", ",
        "operator.comma": ", ",
        "operator.without": "no announcement: ",
        "operator.deliveries": "Deliveries",
        "operator.no_deliveries": "No deliveries yet.",
        "operator.readers": "Readers",
        "operator.documents": "Damaged documents",
        "operator.documents_hint": "Documents as they came, the newest 50. Download one and run "
        "newsletter parse on it to see what is wrong.",
        "operator.no_documents": "No document was damaged.",
        "operator.origin": "Origin",
        "operator.reason": "What is wrong",
        "operator.size": "Bytes",
        "operator.copy": "Copy",
        "operator.download": "Download",
        "operator.events": "Latest events",
        "operator.no_events": "Nothing was recorded yet.",
        "operator.event": "Event",
        "operator.subject": "Subject",
        "operator.detail": "Detail",
        "operator.at": "Time",
        "operator.zone": "Times are in {zone}.",
        "source.listing": "listing page",
        "source.catchup": "catch-up page",
        "source.rss": "RSS",
        "source.atom": "Atom",
        "source.oai": "OAI-PMH",
        "source.feed": "feed",
        "source.documents": "recorded documents",
        "event.subscription_requested": "subscription requested",
        "event.confirmed": "subscription confirmed",
        "event.preferences_changed": "preferences changed",
        "event.paused": "paused",
        "event.active": "resumed",
        "event.left": "unsubscribed",
        "event.hard_bounce": "no such mailbox, delivery stopped",
        "event.polled": "asked for announcements",
        "event.announcement": "announcement",
        "event.arxiv_left_alone": "left alone",
        "event.given_up": "missed long ago, given up",
        "event.announcement_not_whole": "announcement not whole",
        "event.edition_missed": "edition missed",
        "event.model_stopped": "model stopped",
        "event.outcome_unknown": "outcome of sending unknown",
        "event.too_late": "too late to send",
        "detail.error": "{value}",
        "detail.failures": "failures in a row: {value}",
        "detail.is_unknown": "nothing was ever received",
        "detail.listing_date": "announced for {value}",
        "detail.of": "{value}",
        "detail.readers": "readers: {value}",
        "detail.rows": "mails: {value}",
        "detail.state": "{value}",
        "detail.until": "until {value}",
        "edition.collecting": "collecting",
        "edition.summarising": "summarising",
        "edition.ready": "ready",
        "edition.closed": "closed",
        "announcement.waiting": "waiting",
        "announcement.fresh": "whole",
        "announcement.quiet": "nothing announced",
        "announcement.stalled": "not updated yet",
        "announcement.failed": "damaged",
        "announcement.nothing": "nothing received",
        "delivery.planned": "planned",
        "delivery.claimed": "claimed",
        "delivery.in_data": "sending",
        "delivery.accepted": "accepted",
        "delivery.deferred": "deferred",
        "delivery.rejected": "rejected",
        "delivery.unknown": "unknown",
        "delivery.excluded": "excluded",
        "reader.pending": "pending",
        "reader.active": "active",
        "reader.paused": "paused",
        "reader.left": "left",
        "reader.bounced": "bounced",
        "reader.complained": "complained",
        # When something is wrong
        "problem.400.title": "This request cannot be read",
        "problem.400.text": "What the browser sent is incomplete or malformed. Please go back and "
        "try again.",
        "problem.404.title": "No such page",
        "problem.404.text": "The address may be incomplete, or the page is gone.",
        "problem.405.title": "This address cannot be opened directly",
        "problem.405.text": "This address answers only to the buttons on our pages. Please go back "
        "and try again.",
        "problem.410.title": "This link has expired",
        "problem.410.text": "For safety the link worked for a limited time only.\n"
        "If you did confirm back then, your subscription stands and nothing needs doing; if not, "
        "please fill in the form again, and a new confirmation mail will come.",
        "problem.413.title": "Too long",
        "problem.413.text": "More than 64 KiB were sent. Please shorten it and try again.",
        "problem.500.title": "Something went wrong",
        "problem.500.text": "The site met an unexpected problem, and it is on record. Please try "
        "again later.",
        "problem.503.title": "One moment, please",
        "problem.503.text": "The database is busy and this step was not done; everything saved "
        "before is safe.\n"
        "Please try again in a minute; the page before this one usually still holds what you "
        "typed.",
        "token.title": "This link does not work",
        "token.text": "It may be incomplete, or a newer mail has replaced it.\n"
        "Please use the link in your newest mail; if you have left or never subscribed, you can "
        "subscribe again.",
        # Mistakes in a form, by code
        "error.address_missing": "Please enter your e-mail address.",
        "error.address_too_long": "This address is too long: at most {limit} characters.",
        "error.address_invalid": "This does not look like an e-mail address such as "
        "name@example.org.",
        "error.keywords_missing": "Please write at least one keyword.",
        "error.keywords_too_many": "Too many keywords: at most {limit}.",
        "error.keyword_empty": "One line has no letter or digit; please change or remove it.",
        "error.keyword_not_english": "“{text}” cannot match: arXiv’s papers are in English, so "
        "please use English keywords.",
        "error.keyword_too_long": "“{text}…” is too long: at most {limit} characters a keyword.",
        "error.keyword_control_character": "One line holds an invisible control character; please "
        "type it again.",
        "error.hour_invalid": "Please choose a full hour from 0 to 23.",
        "error.timezone_invalid": "There is no such time zone. Please choose one from the list, or "
        "write a name such as Europe/Paris.",
        "error.density_invalid": "Please choose one of the four.",
        "error.too_many_requests": "Too many requests for now. Please try again in an hour; what "
        "you typed is still below.",
        "error.form_invalid": "Something in the form needs to be mended.",
        "error.token_invalid": "This link does not work.",
        "error.token_expired": "This link has expired.",
    },
)
