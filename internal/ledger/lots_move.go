package ledger

import (
	"slices"

	"github.com/incassocenter/dunning/internal/money"
)

// need is what is to leave a pot; less than nothing: what is to come.
type need struct {
	pot    Pot
	amount money.Amount
}

type needs []need

func (n *needs) add(at Pot, amount money.Amount) {
	for i := range *n {
		if (*n)[i].pot == at {
			(*n)[i].amount += amount
			return
		}
	}
	*n = append(*n, need{at, amount})
}

func (n needs) of(at Pot) (amount money.Amount) {
	for _, x := range n {
		if x.pot == at {
			amount += x.amount
		}
	}
	return amount
}

// move brings money from the pots that it is to leave to those that it is to come to, in their order.
func (t *Lots) move(j Draft, all needs) {
	to := slices.DeleteFunc(slices.Clone(all), func(n need) bool { return n.amount >= 0 })
	for _, from := range all {
		for from.amount > 0 && len(to) > 0 {
			amount := t.pass(j, from.pot, to[0].pot, min(from.amount, -to[0].amount))
			from.amount -= amount
			if to[0].amount += amount; to[0].amount == 0 {
				to = to[1:]
			}
		}
	}
}

// pass brings up to an amount from one pot to another as one lot, and says how much. What is not there is not made up: what is missing in the other pot is missing in this one from then on, else
// more leaves the lot that came last than it had. What the bank charged beyond the agency's part is of no money that came in, so it begins here, and so does what the bank gave back of that.
func (t *Lots) pass(j Draft, from, to Pot, most money.Amount) money.Amount {
	p := t.at(from)
	if l := p.first(t.in[from.receipt(t, j)]); l != nil {
		most = min(most, l.Rest)
		t.shift(l, to, most, j)
		return most
	}
	if short := t.at(to).missing(); from.Account != TrustBank && short != nil && !short.OutOfNothing() {
		most = min(most, -short.Rest)
		t.shift(short, from, -most, j)
		return most
	}
	if short := t.shortOf(j.Client); from.Account == ClawbackReceivable && short != nil { // it is of another claim of the client
		t.shift(short, from, -most, j)
		t.shift(short, to, most, j)
		return most
	}
	last := p.last()
	if from.Account == TrustBank || j.Kind == BankCharged || last == nil {
		last = &Lot{Pot: from, By: j}
		if from.Account == TrustBank {
			last.Amount, last.Rest = most, most
		}
		t.put(last)
	}
	t.shift(last, to, most, j)
	return most
}

// shortOf is what is missing of the claims of a client; nil: nothing is.
func (t *Lots) shortOf(client string) (found *Lot) {
	for at, p := range t.pots {
		if short := p.missing(); at.Account == ClientPayable && short != nil && short.By.Client == client && (found == nil || at.Of < found.Pot.Of) {
			found = short
		}
	}
	return found
}

// receipt is the bank entry whose money is to go first.
func (at Pot) receipt(t *Lots, j Draft) string {
	if at.Account == RefundPayable {
		return t.known.Refunds[j.Key]
	}
	return ""
}

// undo brings what a journal moved back to where it was. What that made up for is missing again.
func (t *Lots) undo(j Draft, moved []*Lot) {
	for _, l := range moved {
		if l.From == nil {
			continue
		}
		t.unfill(l)
		left := l.Amount
		for _, out := range slices.Clone(l.To) {
			if l.Pot.Account == InTransit && out.Pot.Account == TrustBank && out.Rest > 0 { // what the bank charged it keeps
				left -= out.Rest
				t.shift(out, l.From.Pot, out.Rest, j)
			}
		}
		if left != 0 {
			t.shift(l, l.From.Pot, left, j)
		}
	}
}

// unfill takes back what a lot made up for.
func (t *Lots) unfill(l *Lot) {
	l.Fills = slices.DeleteFunc(l.Fills, func(f Fill) bool {
		if f.Amount < 0 {
			return false
		}
		if f.Of.Rest >= 0 {
			t.at(l.Pot).short = append(t.at(l.Pot).short, f.Of)
		}
		f.Of.Rest, l.Rest = f.Of.Rest-f.Amount, l.Rest+f.Amount
		i := slices.IndexFunc(f.Of.Fills, func(back Fill) bool { return back.Of == l && back.Amount == -f.Amount })
		f.Of.Fills = slices.Delete(f.Of.Fills, i, i+1)
		return true
	})
}

// settle divides what came in for a claim, or divides it anew.
func (t *Lots) settle(j Draft) {
	all, in := needs{}, money.Amount(0)
	for _, line := range j.Lines {
		if line.Account == Unallocated {
			in += line.Cents
		} else {
			all.add(t.pot(j, line), line.Cents)
		}
	}
	claim := j.Lines[0].Claim
	receipts := t.receiptsOf(claim, j.Key)
	for i, receipt := range receipts {
		at, s := Pot{Unallocated, receipt}, Settling{claim, receipt}
		var part money.Amount
		switch last := i == len(receipts)-1; {
		case last:
			part = in
		case in > 0:
			part = min(in, t.there(at))
		default:
			part = max(in, -t.taken[s])
		}
		in -= part
		t.taken[s] += part
		if part < 0 {
			t.giveBack(j, s, -part, &all)
		} else {
			all = slices.Insert(all, 0, need{at, part})
		}
	}
	t.move(j, all)
}

// there is what a pot has.
func (t *Lots) there(at Pot) (sum money.Amount) {
	for _, l := range t.at(at).lots {
		sum += max(0, l.Rest)
	}
	return sum
}

// receiptsOf are the bank entries that a journal of a claim can be of: the one that it names, and then all others of the claim. There is always one.
func (t *Lots) receiptsOf(claim, key string) (list []string) {
	if s, ok := settling(key); ok {
		if receipt := t.known.Receipts[s]; receipt != "" {
			list = append(list, receipt)
		}
	}
	for _, receipt := range t.of[claim] {
		if !slices.Contains(list, receipt) {
			list = append(list, receipt)
		}
	}
	if len(list) == 0 {
		list = []string{""}
	}
	return list
}

// giveBack brings the money of one receipt back to where it waits, wherever it is of what the claim was divided into. all is what is left for others to level.
func (t *Lots) giveBack(j Draft, s Settling, amount money.Amount, all *needs) {
	at := Pot{Unallocated, s.Key}
	var own []*Lot
	if in := t.in[s.Key]; in != nil {
		own = in.partsOf(s.Claim)
	}
	take := func(l *Lot, most money.Amount) {
		if most > 0 {
			from := l.Pot
			t.shift(l, at, most, j)
			all.add(from, -most)
			amount -= most
		}
	}
	for _, l := range own {
		take(l, min(amount, l.Rest))
	}
	for _, l := range own { // it left: more leaves than there was
		take(l, min(amount, all.of(l.Pot)))
	}
	all.add(at, -amount)
}

// partsOf are the lots into which a claim divided a bank entry. What was kept back of its client, or set off, is the agency's for another reason: it is no part of the claim any more, as what was paid.
func (l *Lot) partsOf(claim string) (list []*Lot) {
	for _, next := range l.To {
		if next.By.Kind == ClawedBack || next.By.Kind == SetOffBilled {
			continue
		}
		if next.Claim == claim && slices.Contains([]Account{ClientPayable, AgencyPayable, RefundPayable}, next.Pot.Account) {
			list = append(list, next)
		}
		list = append(list, next.partsOf(claim)...)
	}
	return list
}
