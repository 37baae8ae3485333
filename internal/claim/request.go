package claim

import (
	"cmp"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
)

// RequestKind is what client and agency ask each other about a claim.
type RequestKind string

// The kinds of request.
const (
	RequestDocuments   RequestKind = "documents"   // the agency asks the client (requirement T12)
	RequestInformation RequestKind = "information" // the agency asks the client (requirement T12)
	RequestPermission  RequestKind = "permission"  // the client asks before it makes an arrangement of its own (requirement T13)
	RequestCallBack    RequestKind = "call-back"   // the client asks for legal advice by telephone (requirement S9)
)

// RequestKinds lists every kind; the CHECK in the schema is tested against it.
func RequestKinds() []RequestKind {
	return []RequestKind{RequestDocuments, RequestInformation, RequestPermission, RequestCallBack}
}

// OfClient says whether the agency asks it of the client, by e-mail and with a deadline; the others are asked of the agency, and a person answers.
func (k RequestKind) OfClient() bool { return k == RequestDocuments || k == RequestInformation }

// Answer is how a request was answered. What was asked and answered in words stands in the case file.
type Answer string

// The answers.
const (
	AnswerGiven Answer = "given" // the documents or the information came, the advice was given
	AnswerYes   Answer = "yes"   // permission
	AnswerNo    Answer = "no"    // no permission
)

// Answers lists every answer; the CHECK in the schema is tested against it.
func Answers() []Answer { return []Answer{AnswerGiven, AnswerYes, AnswerNo} }

// Request is one request about a claim. The client's Days to answer run from the day on which the request left; it is reminded after RemindAfter of
// them, and on the last. For a request to the agency Days are working days, from the day on which it came in.
type Request struct {
	Key         string        `json:"key"`
	Kind        RequestKind   `json:"kind"`
	On          calendar.Date `json:"on"` // recorded
	Days        int           `json:"days"`
	RemindAfter int           `json:"remind_after,omitempty"`
	Answered    calendar.Date `json:"answered_on"` // zero: not yet
	Answer      Answer        `json:"answer,omitempty"`
}

// AnswerTerms are the days that the agency's policy gives to answer.
type AnswerTerms struct {
	Client    int // calendar days for the client, when the agency asks
	Remind    int // of them, those after which it is reminded
	Agency    int // working days for the agency, when the client asks
	Complaint int // working days for the agency to answer a complaint of a debtor
}

// Request is a request with the days to answer it; 0: those of the policy. Of a term that is not longer than until the reminder, half is over then.
func (t AnswerTerms) Request(key string, kind RequestKind, days int) Request {
	if !kind.OfClient() {
		return Request{Key: key, Kind: kind, Days: cmp.Or(days, t.Agency)}
	}
	r := Request{Key: key, Kind: kind, Days: cmp.Or(days, t.Client), RemindAfter: t.Remind}
	if r.RemindAfter >= r.Days {
		r.RemindAfter = r.Days / 2
	}
	return r
}

// requestStep starts the step that the letters of a request are in the letter register.
const requestStep = "request:"

// The letters of a request, as cycles of its step.
const (
	RequestAsked        = 1
	RequestReminded     = 2 // before the last day
	RequestLastReminder = 3 // on the last day
)

// Step is the step of the letters of the request. No step of a trajectory has such a name.
func (r Request) Step() string { return requestStep + r.Key }

// IsRequestStep says whether a step is that of a request.
func IsRequestStep(step string) bool { return strings.HasPrefix(step, requestStep) }

// AnswerTask is the key of the task to answer a request to the agency.
func (r Request) AnswerTask() string { return "answer-" + r.Step() }

// AskTask is the key of the task to put a request to a client whom its e-mail did not reach.
func (r Request) AskTask() string { return "ask-" + r.Step() }

// UnansweredTask is the key of the task about a request that the client did not answer in time.
func (r Request) UnansweredTask() string { return "unanswered-" + r.Step() }

// AnswerBy is the last day to answer a request that was put on a day.
func (r Request) AnswerBy(asked calendar.Date) calendar.Date {
	if r.Kind.OfClient() {
		return asked.AddDays(r.Days)
	}
	return calendar.AddWorkingDays(asked, r.Days)
}

// ToAnswer gives the requests that the client has still to answer.
func (f Facts) ToAnswer() []Request {
	return slices.DeleteFunc(slices.Clone(f.Requests), func(r Request) bool { return !r.Kind.OfClient() || !r.Answered.IsZero() })
}

// RequestAt is the request of a step, if there is one.
func (f Facts) RequestAt(step string) (Request, bool) {
	i := slices.IndexFunc(f.Requests, func(r Request) bool { return r.Step() == step })
	if i < 0 {
		return Request{}, false
	}
	return f.Requests[i], true
}

// JudgeWithin is how many working days a dispute may wait for its judgement; the agency's own term, since everything waits meanwhile.
const JudgeWithin = 10

// JudgeBy is the last day to judge a dispute.
func (p Pause) JudgeBy() calendar.Date { return calendar.AddWorkingDays(p.From, JudgeWithin) }

// JudgeTask is the key of the task to judge a dispute.
func (p Pause) JudgeTask() string { return "judge-dispute:" + p.Key }

// LateTask is the key of the task that reminds of a dispute that was not judged in time.
func (p Pause) LateTask() string { return "late-judgement:" + p.Key }
