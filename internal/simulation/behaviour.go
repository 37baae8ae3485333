// Package simulation plays portfolios of claims on trajectories, with a stated model of how debtors, clients and operators behave: what a trajectory would
// bring before any claim runs on it. What comes next is asked of trajectory, as in the workflow; the model only says what others do.
// It must not decide, read clocks or files, or know of persons.
package simulation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/syntax"
)

// Behaviour is the model: chances per 1000, days after which an answer comes (each as likely), prices in euro.
type Behaviour struct {
	ID       string   `yaml:"id" json:"id"`
	Version  int      `yaml:"version" json:"version"`
	Consumer Debtors  `yaml:"consumer" json:"consumer"`
	Business Debtors  `yaml:"business" json:"business"`
	Client   Client   `yaml:"client" json:"client"`
	Operator Operator `yaml:"operator" json:"operator"`
	Prices   Prices   `yaml:"prices" json:"prices"`
}

// Debtors is how debtors of a kind answer.
type Debtors struct {
	Letters     map[string]Answer `yaml:"letters" json:"letters"` // by kind; about one that is not there nothing is done
	Days        []int             `yaml:"days" json:"days"`
	Part        int               `yaml:"part" json:"part"`                 // of what is asked, per 1000
	ToClient    int               `yaml:"to_client" json:"to_client"`       // that a payment goes to the client itself
	JudgedAfter int               `yaml:"judged_after" json:"judged_after"` // days
	Upheld      int               `yaml:"upheld" json:"upheld"`
}

// Answer is the chances of what a debtor does about a letter; what is left of 1000: nothing.
type Answer struct {
	Pays     int `yaml:"pays" json:"pays"`
	PaysPart int `yaml:"pays_part" json:"pays_part"`
	Disputes int `yaml:"disputes" json:"disputes"`
}

// Client is the chances of what a client decides after the escalation advice; what is left of 1000: it says nothing.
type Client struct {
	Court      int   `yaml:"court" json:"court"`
	Monitoring int   `yaml:"monitoring" json:"monitoring"`
	Close      int   `yaml:"close" json:"close"`
	Days       []int `yaml:"days" json:"days"`
}

// Operator is what the people of the agency do about a task.
type Operator struct {
	LetsGoAfter int `yaml:"lets_go_after" json:"lets_go_after"` // days until a trifle is written off
}

// Prices is what a letter costs to send.
type Prices struct {
	Email money.Amount `yaml:"email" json:"email"`
	Post  money.Amount `yaml:"post" json:"post"`
}

// ErrForm says that a file is no model at all.
var ErrForm = errors.New("is no model of behaviour")

// ParseBehaviour reads a model. Errors name the file and what would be right.
func ParseBehaviour(name string, data []byte) (Behaviour, error) {
	var b Behaviour
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	switch err := decoder.Decode(&b); {
	case errors.Is(err, io.EOF):
		return b, fmt.Errorf("%s %w: the file is empty; right would be one like config/behaviour/default.yaml", name, ErrForm)
	case err != nil:
		return b, fmt.Errorf("%s %w: %s", name, ErrForm, strings.Join(syntax.Explain(data, err, b), "; "))
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return b, fmt.Errorf("%s %w: there is more after the first document", name, ErrForm)
	}
	if err := b.check(); err != nil {
		return b, fmt.Errorf("%s: %w", name, err)
	}
	return b, nil
}

func (b Behaviour) check() error {
	if b.ID == "" || b.Version < 1 {
		return errors.New("id, version: right would be a name and a version of 1 or more")
	}
	for _, d := range []struct {
		kind string
		Debtors
	}{{"consumer", b.Consumer}, {"business", b.Business}} {
		if err := d.check(); err != nil {
			return fmt.Errorf("%s: %w", d.kind, err)
		}
	}
	if err := errors.Join(chances("court, monitoring, close", b.Client.Court, b.Client.Monitoring, b.Client.Close), days("days", b.Client.Days...)); err != nil {
		return fmt.Errorf("client: %w", err)
	}
	if err := days("operator: lets_go_after", b.Operator.LetsGoAfter); err != nil {
		return err
	}
	if b.Prices.Email < 0 || b.Prices.Post < 0 {
		return errors.New("prices: a letter costs nothing or more")
	}
	return nil
}

func (d Debtors) check() error {
	for _, kind := range slices.Sorted(maps.Keys(d.Letters)) {
		a := d.Letters[kind]
		if err := chances("letters: "+kind, a.Pays, a.PaysPart, a.Disputes); err != nil {
			return err
		}
	}
	return errors.Join(chances("part", d.Part), chances("to_client", d.ToClient), chances("upheld", d.Upheld), days("judged_after", d.JudgedAfter), days("days", d.Days...))
}

func chances(name string, per1000 ...int) error {
	sum := 0
	for _, c := range per1000 {
		if sum += c; c < 0 || sum > 1000 {
			return fmt.Errorf("%s: %v; right would be chances per 1000, together 1000 at most", name, per1000)
		}
	}
	return nil
}

func days(name string, list ...int) error {
	if len(list) == 0 || slices.Min(list) < 0 {
		return fmt.Errorf("%s: %v; right would be days of 0 or more", name, list)
	}
	return nil
}

// of is how debtors of a kind answer.
func (b Behaviour) of(kind claim.DebtorKind) Debtors {
	if kind.Consumer() {
		return b.Consumer
	}
	return b.Business
}
