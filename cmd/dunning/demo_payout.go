package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// demoApprovers are the two persons who approve what is paid out in the story, and close claims.
var demoApprovers = []string{"first approver", "second approver"}

// payOut pays on a day what the story brought, to the clients and the agency: proposed, approved by two persons, written for the bank, and booked by the
// bank's statement. It gives the day on which the bank paid. Told again, each step finds what was done.
func (d *demo) payOut(ctx context.Context, store *postgres.Store, b *banker, on calendar.Date) (paid calendar.Date, err error) {
	at := on.At(eventHour, 0)
	if err := d.approveAccounts(ctx, store, postgres.Actor{At: at}); err != nil {
		return paid, err
	}
	plans, err := readPlans(d.stack.config.Agreement.PlansDir)
	if err != nil {
		return paid, err
	}
	p := proposingOf(d.stack.config, plans, on)
	p.All = true
	payout, left, err := store.ProposePayout(ctx, p, postgres.Actor{Name: storyTeller, At: at})
	if err != nil {
		return paid, err
	}
	if payout.ID == "" || len(left) > 0 {
		return paid, fmt.Errorf("not everybody is paid: %v", left)
	}
	for _, name := range demoApprovers {
		if _, err := store.ApprovePayout(ctx, payout.ID, payout.Hash, postgres.Actor{Name: name, At: at}); err != nil {
			return paid, err
		}
	}
	file, paid, err := store.SendPayout(ctx, payout.ID, postgres.Sending{Initiator: d.stack.config.Agency.Name, Refund: refundTerm(d.stack.config)}, postgres.Actor{Name: storyTeller, At: at})
	if err != nil {
		return paid, err
	}
	name := filepath.Join(d.dir, payout.ID+".xml")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		return paid, err
	}
	if err := b.tell(ctx, payout.ID, debited(payout, paid)...); err != nil {
		return paid, err
	}
	booked, err := store.Payout(ctx, payout.ID)
	if err != nil {
		return paid, err
	}
	for _, l := range booked.Lines {
		if l.Status != settlement.PayoutBooked {
			return paid, fmt.Errorf("%s is %s after the bank debited it", l.EndToEndID, l.Status)
		}
	}
	d.say("\npaid out: approved by two persons, written to %s, and booked by the bank's statement of %s", name, paid)
	return paid, printPayout(ctx, d.out, store, booked.Payout)
}

// letApprove lets the two persons of the story approve.
func (d *demo) letApprove(ctx context.Context) error {
	for _, name := range demoApprovers {
		if err := postgres.AddApprover(ctx, string(d.stack.config.Database.OwnerURL), name); err != nil {
			return err
		}
	}
	return nil
}

// approveAccounts has two persons approve the account of each client.
func (d *demo) approveAccounts(ctx context.Context, store *postgres.Store, by postgres.Actor) error {
	clients, err := store.ClientCodes(ctx)
	if err != nil {
		return err
	}
	for _, id := range clients {
		account, err := store.ClientAccountOf(ctx, id)
		if err != nil {
			return err
		}
		for _, by.Name = range demoApprovers {
			if _, err := store.ApproveAccount(ctx, id, account.IBAN, by); err != nil {
				return err
			}
		}
	}
	return nil
}

// debited is what the bank's statement says of a payout: each line is debited by itself.
func debited(p settlement.Payout, on calendar.Date) (entries []devstack.FakeBankEntry) {
	for _, l := range p.Lines {
		entries = append(entries, devstack.FakeBankEntry{On: on, Amount: -l.Cents, Name: l.Name, IBAN: l.IBAN, EndToEnd: l.EndToEndID, Text: l.Text})
	}
	return entries
}
