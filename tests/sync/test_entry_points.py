"""Every way to join that the developer describes reaches the event, in both wings."""

from pathlib import Path

from confsync.addon import load
from confsync.rehearsal.setting import ALICE

ROOT = Path(__file__).parents[2]
NUMBER = "tel:+1-202-555-0100"
PHONE = """
[[provider.response.entry_point]]
type = "PHONE"
uri = "tel:+1-202-555-0100"
access_code = "42"
region_code = "US"
feature = '{resp.title?|map:"(no title)=TOLL_FREE"}'

[provider.errors]
"""


def test_a_phone_has_its_codes_and_tells_whether_it_costs(tmp_path, begin):
    file = tmp_path / "addon.toml"
    text = (ROOT / "addon.toml").read_text(encoding="utf-8")
    file.write_text(text.replace("\n[provider.errors]\n", PHONE), encoding="utf-8")
    with begin(described=load(file)) as diary:
        diary.meet("a")
        (own,) = (calendar for calendar in diary.stage.calendars() if calendar["id"] == ALICE)
        (event,) = own["events"]
        (phone,) = (point for point in event["conferenceData"]["entryPoints"] if point["uri"] == NUMBER)
    assert phone == {
        "entryPointType": "phone",
        "uri": NUMBER,
        "accessCode": "42",
        "regionCode": "US",
        "entryPointFeatures": ["toll_free"],
    }
