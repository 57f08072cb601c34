"""An update whose outcome stayed unknown may take effect late: the next accepted one is repeated an hour later."""

HOUR = 3600


def updates(diary, since=0):
    return [
        request["payload"]
        for call in diary.asked("UrlFetch", "fetchAll", since)
        for request in call["requests"]
        if request["method"].upper() == "PATCH"
    ]


def test_an_accepted_update_is_repeated_once_when_an_hour_is_over(begin):
    with begin() as diary:
        diary.meet("a")
        diary.act("fault", **{"with": {"method": "conferences.update", "status": 503}})
        diary.act("change", "a", **{"with": {"summary": "b"}})
        diary.stage.deliver()
        diary.stage.advance(300)
        diary.act("fire")
        diary.stage.deliver()
        assert diary.titles() == ["b"]
        before = diary.stage.last_call()
        for _ in range(5):
            diary.stage.advance(HOUR)
        assert len(updates(diary, before)) == 1


def test_what_was_accepted_at_once_is_not_repeated(begin):
    with begin() as diary:
        diary.meet("a")
        diary.act("change", "a", **{"with": {"summary": "b"}})
        diary.stage.deliver()
        before = diary.stage.last_call()
        for _ in range(5):
            diary.stage.advance(HOUR)
        assert updates(diary, before) == []


def test_a_refusal_that_is_sure_is_not_repeated(begin):
    with begin() as diary:
        diary.meet("a")
        refusal = {"method": "conferences.update", "status": 429, "retryAfterSeconds": 60}
        diary.act("fault", **{"with": refusal})
        diary.act("change", "a", **{"with": {"summary": "b"}})
        diary.stage.deliver()
        diary.stage.advance(300)
        diary.act("fire")
        diary.stage.deliver()
        assert diary.titles() == ["b"]
        before = diary.stage.last_call()
        for _ in range(5):
            diary.stage.advance(HOUR)
        assert updates(diary, before) == []


def test_the_requests_of_a_day_have_an_end(begin):
    with begin(("Send.js", "send", "FETCHES_A_DAY", "10000", "10_000", "3")) as diary:
        diary.meet("a", "aa", "aaa", "aaaa")
        for name in ("a", "aa", "aaa", "aaaa"):
            diary.act("change", name, **{"with": {"summary": name.upper()}})
            diary.stage.deliver()
        behind = [title for title in diary.titles() if not title.isupper()]
        assert behind
        diary.stage.advance(24 * HOUR)
        diary.stage.advance(24 * HOUR)
        assert diary.titles() == ["A", "AA", "AAA", "AAAA"]


def test_a_third_party_that_does_not_serve_is_left_alone_for_the_rest_of_an_execution(begin):
    with begin(("Send.js", "send", "BATCH", "20", "20", "1")) as diary:
        names = ["a" * length for length in range(1, 7)]
        diary.meet(*names)
        diary.act("fault", **{"with": {"method": "conferences.update", "status": 503, "times": None}})
        for name in names:
            diary.act("change", name, **{"with": {"summary": name.upper()}})
        before = diary.stage.last_call()
        (execution,) = diary.stage.deliver()
        assert execution["status"] == "COMPLETED"
        assert len(updates(diary, before)) == 3
        diary.act("clear-faults")
        for _ in range(3):
            diary.stage.advance(HOUR)
        assert diary.titles() == [name.upper() for name in names]
