package postgres_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// asks is a request with the days of the policy to answer it.
func asks(key string, kind claim.RequestKind) postgres.Request {
	return postgres.Request{Request: policy.AnswerTerms().Request(key, kind, 0), Text: "de getekende  opdracht\n"}
}

// agreementChanges are the changes between client and agency.
func agreementChanges() map[string]change {
	return map[string]change{
		"exception": {nil, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.RecordException(ctx, ref, noWord(commission), at(today), w.lib.Rules)
		}, 1},
		"agreed costs": {func(ctx context.Context, w *world, ref postgres.Ref) error {
			return errors.Join(w.RaiseDispute(ctx, ref, "k", "not delivered", at(today)), w.JudgeDispute(ctx, ref, "k", "upheld", "it was not", at(today)))
		}, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.RecordAgreedCosts(ctx, ref, draft, at(today), w.lib.Rules)
		}, 1},
		"request": {nil, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.RecordRequest(ctx, ref, asks("k", claim.RequestDocuments), at(today))
		}, 1},
		"call-back": {nil, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.RecordRequest(ctx, ref, asks("k", claim.RequestCallBack), at(today))
		}, 1},
		"answer": {func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.RecordRequest(ctx, ref, asks("k", claim.RequestPermission), at(today))
		}, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.AnswerRequest(ctx, ref, "k", claim.AnswerYes, "in two parts", at(today))
		}, 1},
	}
}

func TestRequestsAreFacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by, ref := t.Context(), at(today), w.open()
	for _, kind := range claim.RequestKinds() {
		ok(t, w.RecordRequest(ctx, ref, asks(string(kind), kind), by))
	}
	file, err := w.CaseFile(ctx, ref)
	ok(t, err)
	want := []claim.Request{
		{Key: "call-back", Kind: claim.RequestCallBack, On: today, Days: 2}, {Key: "documents", Kind: claim.RequestDocuments, On: today, Days: 14, RemindAfter: 7},
		{Key: "information", Kind: claim.RequestInformation, On: today, Days: 14, RemindAfter: 7}, {Key: "permission", Kind: claim.RequestPermission, On: today, Days: 2},
	}
	if !slices.Equal(file.Facts.Requests, want) || file.Asked["documents"] != "de getekende opdracht" {
		t.Errorf("%+v, %q", file.Facts.Requests, file.Asked)
	}
	if tasks := []claim.Task{{Key: "answer-request:call-back", Open: true}, {Key: "answer-request:permission", Open: true}}; !slices.Equal(file.Facts.Tasks, tasks) {
		t.Errorf("%+v", file.Facts.Tasks)
	}
	if todo := query[string](w, `SELECT detail FROM task WHERE key = 'answer-request:call-back'`); todo != "answer the client's request (call-back) by "+today.AddDays(2).String()+": de getekende opdracht" {
		t.Error(todo)
	}
	ok(t, w.AnswerRequest(ctx, ref, "permission", claim.AnswerNo, "the debtor can pay at once", at(today.AddDays(1))))
	ok(t, w.AnswerRequest(ctx, ref, "documents", claim.AnswerGiven, "they came by e-mail", at(today.AddDays(1))))
	f := w.facts(ref)
	if r, _ := f.RequestAt("request:permission"); r.Answer != claim.AnswerNo || r.Answered != today.AddDays(1) || len(f.ToAnswer()) != 1 {
		t.Errorf("%+v, %+v", r, f.ToAnswer())
	}
	if slices.Contains(f.Tasks, claim.Task{Key: "answer-request:permission", Open: true}) {
		t.Errorf("%+v", f.Tasks)
	}
}

func TestAnAnswerEndsTheTasksAndTheHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by, ref := t.Context(), at(today), w.open()
	held := asks("q", claim.RequestDocuments)
	held.Hold = true
	ok(t, w.RecordRequest(ctx, ref, held, by))
	for _, task := range []string{"ask-request:q", "unanswered-request:q"} {
		ok(t, second(w.OpenTask(ctx, ref, task, "x", by)))
	}
	ok(t, w.AnswerRequest(ctx, ref, "q", claim.AnswerGiven, "it came", at(today.AddDays(5))))
	f := w.facts(ref)
	if pause := (claim.Pause{Key: "request:q", Kind: claim.PauseHold, From: today, Until: today.AddDays(4)}); !slices.Equal(f.Pauses, []claim.Pause{pause}) {
		t.Errorf("%+v", f.Pauses)
	}
	if slices.ContainsFunc(f.Tasks, func(task claim.Task) bool { return task.Open }) {
		t.Errorf("%+v", f.Tasks)
	}
	ok(t, w.Hold(ctx, ref, "h", calendar.Date{}, "asked", at(today.AddDays(5))))
	again := asks("q2", claim.RequestDocuments)
	again.Hold = true
	before := w.counts()
	refused(t, w.RecordRequest(ctx, ref, again, at(today.AddDays(5)))) // on hold already
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
}

func TestRequestsThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by, ref, closed := t.Context(), at(today), w.open(), w.open()
	with := func(change func(r *postgres.Request)) postgres.Request {
		r := asks("z", claim.RequestDocuments)
		change(&r)
		return r
	}
	ok(t, second(w.CloseClaim(ctx, closed, claim.StatusClosed, "x", by, stillSo)))
	ok(t, w.RecordRequest(ctx, closed, asks("q", claim.RequestCallBack), by)) // advice about a claim that has ended
	ok(t, w.RecordRequest(ctx, ref, with(func(r *postgres.Request) { r.Key, r.Text = "longest", strings.Repeat("é", 2000) }), by))
	ok(t, w.AnswerRequest(ctx, ref, "longest", claim.AnswerGiven, "it came", by))
	ok(t, w.RecordRequest(ctx, ref, asks("q", claim.RequestDocuments), by))
	ok(t, w.RecordRequest(ctx, ref, asks("p", claim.RequestPermission), by))
	silent := w.open()
	before := w.counts()
	for why, err := range map[string]error{
		"the claim has no request; right would be to ask something first (dunning claim request)": w.AnswerRequest(ctx, silent, "q1", claim.AnswerGiven, "x", by),
		"is not one of [documents information permission call-back]":                              w.RecordRequest(ctx, ref, asks("z", "gift"), by),
		"the request is empty":                                     w.RecordRequest(ctx, ref, with(func(r *postgres.Request) { r.Text = " \n" }), by),
		"is of 2001 characters; right would be at most 2000":       w.RecordRequest(ctx, ref, with(func(r *postgres.Request) { r.Text = strings.Repeat("é", 2001) }), by),
		"which no letter can print":                                w.RecordRequest(ctx, ref, with(func(r *postgres.Request) { r.Text = "a\u202eb" }), by),
		"0 days to answer":                                         w.RecordRequest(ctx, ref, with(func(r *postgres.Request) { r.Days = 0 }), by),
		"with a reminder after 7":                                  w.RecordRequest(ctx, ref, with(func(r *postgres.Request) { r.Days = 7 }), by),
		"the key is empty":                                         w.RecordRequest(ctx, ref, with(func(r *postgres.Request) { r.Key = " " }), by),
		"hold the claim itself":                                    w.RecordRequest(ctx, ref, with(func(r *postgres.Request) { r.Kind, r.Hold = claim.RequestCallBack, true }), by),
		"recorded before with other particulars":                   w.RecordRequest(ctx, ref, asks("q", claim.RequestInformation), by),
		"the claim is closed":                                      w.RecordRequest(ctx, closed, asks("d", claim.RequestDocuments), by),
		"permission is answered with yes or no":                    w.AnswerRequest(ctx, ref, "p", claim.AnswerGiven, "x", by),
		"a request for documents is answered in words":             w.AnswerRequest(ctx, ref, "q", claim.AnswerYes, "x", by),
		"has no request none; right would be one of [longest p q]": w.AnswerRequest(ctx, ref, "none", claim.AnswerGiven, "x", by),
		"the answer is empty":                                      w.AnswerRequest(ctx, ref, "q", claim.AnswerGiven, " ", by),
	} {
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%v, want %q", err, why)
		}
		refused(t, err)
	}
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
	ok(t, w.AnswerRequest(ctx, ref, "p", claim.AnswerYes, "in two parts", by))
	refused(t, w.AnswerRequest(ctx, ref, "p", claim.AnswerNo, "on second thoughts", by))
}

func TestCallBacksAreCountedPerClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, one, two := t.Context(), w.open(), w.open()
	ok(t, w.RecordRequest(ctx, one, asks("a", claim.RequestCallBack), at(today)))
	ok(t, w.RecordRequest(ctx, two, asks("a", claim.RequestCallBack), at(today.AddDays(3))))
	ok(t, w.RecordRequest(ctx, two, asks("b", claim.RequestPermission), at(today)))
	mine := w.client
	w.client = w.newClient("B")
	if days, err := w.CallBacks(ctx, w.client); err != nil || len(days) != 0 {
		t.Errorf("%v, %v", days, err)
	}
	if days, err := w.CallBacks(ctx, mine); err != nil || !slices.Equal(days, []calendar.Date{today, today.AddDays(3)}) {
		t.Errorf("%v, %v", days, err)
	}
}

// The hold of a request has the key of its step; who uses another is told which there are.
func TestTheHoldOfARequestIsResumedByItsOwnKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by, ref := t.Context(), at(today), w.open()
	held := asks("q9", claim.RequestDocuments)
	held.Hold = true
	ok(t, w.RecordRequest(ctx, ref, held, by))
	if err := w.Resume(ctx, ref, "q9", by); err == nil || err.Error() != "hold q9 is not in force; right would be one of [request:q9]" {
		t.Error(err)
	}
	ok(t, w.Resume(ctx, ref, "request:q9", by))
	if err := w.Resume(ctx, ref, "q9", by); err == nil || err.Error() != "hold q9 is not in force, nor is any other" {
		t.Error(err)
	}
}
