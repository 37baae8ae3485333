package scenario

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Approvers are the persons of a life who may approve: closing a claim takes two of them, but for a trifle (decision 64).
var Approvers = []string{"first approver", "second approver"}

// Host gives lives their place, one life after the other; several hosts at once need nothing of each other.
type Host struct {
	Rules *trajectory.Library
	Plans agreement.Plans
	// Lenient is what the agency allows of promises and payment arrangements.
	Lenient claim.Leniency
	// Answers are the days to answer requests and complaints.
	Answers claim.AnswerTerms
	Agency  letter.Party
	// Labels are the sheets that stickers are printed on.
	Labels []letter.StickerLabel
	// RemindDays is how long before the last day for a notice staff is reminded that an agreement renews.
	RemindDays int
	// Letters makes what writes, registers and sends letters, over a mail server that is the scenario's.
	Letters func(store *postgres.Store, rules *trajectory.Library, plans agreement.Plans, mail activities.MailSender) (*activities.Letters, error)
	// Fresh opens an empty database of today's schema, in which the Approvers may approve; leave gives it back.
	Fresh func(ctx context.Context) (store *postgres.Store, leave func(), err error)

	store *postgres.Store // of now; nil: the next life needs a fresh one
	leave func()
	lived map[string]bool // the clients whose claim lived there
}

// Life is what came of a scenario.
type Life struct {
	Timeline []Entry `json:"timeline"`
	Final    Final   `json:"final"`
	Next     Next    `json:"next"`
}

// Run lets the claim of a scenario live. The same file gives the same life, whatever lived before it. When ctx ends, so does the life, with its error.
func (h *Host) Run(ctx context.Context, s Scenario) (Life, error) {
	told, _, err := h.run(ctx, s)
	return told, err
}

func (h *Host) run(ctx context.Context, s Scenario) (Life, *life, error) {
	client := clientCode(s.Name)
	if h.lived[client] {
		h.Close()
	}
	if h.store == nil {
		store, leave, err := h.Fresh(ctx)
		if err != nil {
			return Life{}, nil, err
		}
		h.store, h.leave, h.lived = store, leave, map[string]bool{}
	}
	h.lived[client] = true
	l := &life{scenario: s, store: h.store, rules: h.Rules, plans: s.priced(h.Plans), lenient: h.Lenient, answers: h.Answers, agency: h.Agency, labels: h.Labels, remindDays: h.RemindDays, client: client, mail: &mailServer{client: clientEmail}, waits: map[string]bool{}}
	told, err := l.whole(ctx, h)
	if err == nil {
		err = h.tidy(ctx)
	}
	if err != nil {
		h.Close()
	}
	return told, l, err
}

// tidy leaves a database in which money waits: it could be of whoever lives next.
func (h *Host) tidy(ctx context.Context) error {
	waiting, err := h.store.UnallocatedReceipts(ctx)
	if len(waiting) > 0 {
		h.Close()
	}
	return err
}

// Close gives the database back. The host can be used again.
func (h *Host) Close() {
	if h.leave != nil {
		h.leave()
	}
	h.store, h.leave, h.lived = nil, nil, nil
}

// clientCode is the code of the client of a scenario. The ids of client and claim come from it, and the minutes at which letters leave from those: they
// stay what they are when events are added.
func clientCode(name string) string {
	sum := sha256.Sum256([]byte(name))
	return "S" + hex.EncodeToString(sum[:6])
}
