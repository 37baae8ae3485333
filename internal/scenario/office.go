package scenario

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/intake"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// office is what a client does with its agreement beside the claim: stickers from its stock, sample letters for what it writes itself, a notice of termination; and handing
// over once more what it handed over.
var office = []happening{
	{name: "handed-over-again", value: oneOf("same", "other-reference"), happen: handsOverAgain},
	{name: "stickers", value: aNumber, fields: []field{key, {"label", anyText, false}}, happen: ordersStickers},
	{name: "sample", value: oneOf(list(letter.SampleKinds)...), fields: sampleFields(), happen: fillsIn},
	{name: "notice", value: oneOf("registered", "not-registered"), fields: []field{{"received", aDate, false}}, happen: givesNotice},
	{name: "notice-taken-back", value: anyText, happen: takesNoticeBack},
}

func aNumber(text string) error {
	if n, err := strconv.Atoi(text); err != nil || n < 1 {
		return fmt.Errorf("%q is no number; right would be 1 or more", text)
	}
	return nil
}

// handsOverAgain hands the claim over a second time, as it was or under another reference.
func handsOverAgain(ctx context.Context, l *life, e Event) error {
	file := l.file(l.client, l.scenario.invoices)
	if e.main() == "other-reference" {
		file = strings.ReplaceAll(file, l.client+"-1", l.client+"-2")
	}
	desk := intake.Desk{Store: l.store, Library: l.rules, Random: rand.Reader}
	verdicts, err := desk.Submit(ctx, strings.NewReader(file), l.by(e), nil)
	if err != nil {
		return err
	}
	switch v := verdicts[0]; v.State {
	case "accepted":
		return fmt.Errorf("the claim was taken a second time, as %s", v.ClaimID)
	case "refused":
		return &postgres.ConflictError{Problem: fmt.Sprintf("%s: %s", v.Column, v.Reason)}
	}
	l.notes = append(l.notes, Entry{At: e.At, Kind: KindSkipped, Step: e.Name, Reason: "it was handed over before, and is the same claim: nothing changes"})
	return nil
}

// ordersStickers orders sets for the client's own reminders, and prints a sheet of them when a label is told: a set is a sheet.
func ordersStickers(ctx context.Context, l *life, e Event) error {
	sets, _ := strconv.Atoi(e.main()) // it was read before
	printed, err := l.printed(e.text("label"))
	if err != nil {
		return err
	}
	if err := l.follow(ctx, e.At); err != nil {
		return err
	}
	f, order, err := l.store.OrderStickers(ctx, l.ref.ClientID, e.Key, sets, l.plans, l.by(e))
	if err != nil {
		return err
	}
	plan, err := l.plans.Find(f.PlanOn(order.On))
	if err != nil {
		return err
	}
	stock := f.Stock(plan, order.On)
	reason := fmt.Sprintf("%d sets, of which %d from the stock of year %d of the agreement: %d of %d are left", order.Sets, order.Included, stock.Year.Number, stock.Left, stock.Included)
	if order.Price != nil {
		reason += fmt.Sprintf("; %d at %s, without VAT", order.Sets-order.Included, *order.Price)
	}
	l.notes = append(l.notes, Entry{At: e.At, Kind: KindSticker, Step: "stickers", Total: order.Charged(), Reason: reason + printed})
	return nil
}

// printed tells what one sheet has; nothing without a label.
func (l *life) printed(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	i := slices.IndexFunc(l.labels, func(label letter.StickerLabel) bool { return label.Name == name })
	if i < 0 {
		return "", &postgres.ConflictError{Problem: fmt.Sprintf("label %q is not one of those that stickers are printed on", name)}
	}
	sheet := letter.StickerSheet{Label: l.labels[i], Language: letter.Dutch, Agency: l.agency, Sheets: 1}
	document, err := letter.ComposeStickers(sheet)
	if err != nil {
		return "", err
	}
	if !strings.Contains(document.Text, l.agency.Name) {
		return "", errors.New("a sticker does not carry the agency's name")
	}
	return fmt.Sprintf("; a set is a sheet %s of %d stickers with the name %s", name, sheet.Label.PerSheet(), l.agency.Name), nil
}

// sampleFields are what can be filled in in any of the sample letters.
func sampleFields() (fields []field) {
	for _, kind := range letter.SampleKinds {
		for _, v := range kind.Variables() {
			if !slices.ContainsFunc(fields, func(f field) bool { return f.name == v.Name }) {
				fields = append(fields, field{v.Name, anyText, false})
			}
		}
	}
	return fields
}

// fillsIn is a sample letter that the client fills in about an invoice that it keeps, and sends itself.
func fillsIn(ctx context.Context, l *life, e Event) error {
	file, err := l.store.CaseFile(ctx, l.ref)
	if err != nil {
		return err
	}
	c := file.Client
	s := letter.Sample{
		Kind: letter.SampleKind(e.main()), Language: letter.Language(c.Language), Brand: letter.Brand(file.Brand), Values: map[string]string{"date": calendar.DateOf(e.At).String()},
		Client: letter.Party{Name: c.Name, Street: c.Street, Postcode: c.Postcode, Town: c.Town, Email: c.Email, Phone: c.Phone, Website: c.Website, KvK: c.KvK, VAT: c.VAT, IBAN: c.IBAN},
		Costs: func(amount money.Amount, on calendar.Date) (money.Amount, error) {
			return l.rules.Tables().CollectionCosts(amount, on)
		},
	}
	for _, f := range e.kind.fields {
		if text := e.text(f.name); text != "" {
			s.Values[f.name] = text
		}
	}
	document, err := letter.ComposeSample(s)
	var invalid *letter.InvalidError
	if errors.As(err, &invalid) {
		return &postgres.ConflictError{Problem: strings.Join(invalid.Problems, "; ")}
	}
	if err != nil {
		return err
	}
	certificate, err := letter.CertifySample(s, document)
	if err != nil {
		return err
	}
	if failed := certificate.Failed(); len(failed) > 0 {
		return &postgres.ConflictError{Problem: "it does not keep: " + strings.Join(failed, "; ")}
	}
	amount, _ := money.Parse(s.Values["amount"]) // a blank has none
	l.notes = append(l.notes, Entry{
		At: e.At, Kind: KindLetter, Step: "sample:" + e.main(), Channel: "download", Total: amount, Reason: "the client fills in a sample letter, and sends it itself: " + document.Subject,
	})
	return nil
}
