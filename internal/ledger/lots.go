package ledger

import (
	"cmp"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/money"
)

// Pot is where money is by the trust book: an account, and what it is there for. That is the receipt (S230), the claim or else the client (S200), the client (S190), the claim or, of money that is
// nobody's, the receipt (S220), the line of a payout (S240). Money in a pot of S100 left the trust account: with a line of a payout, with the receipt that the bank took back, or as what the bank charged.
type Pot struct {
	Account Account
	Of      string
}

// Lot is money that came into a pot together: a bank entry, or a part of one. It is followed from the one that it is a part of (From) to those that are parts of it (To).
// Amount is what went on, what made up for something (Fills) and Rest together, whatever happens.
type Lot struct {
	Pot    Pot
	Amount money.Amount
	By     Draft // the journal that brought it there
	Claim  string
	From   *Lot         // nil: it came in
	To     []*Lot       // in the order in which it went
	Rest   money.Amount // what of it is there still; less than nothing: more left than had come
	Fills  []Fill
}

// Fill is money that made up for other money which had left twice: a client got it, and a bank took it back. Of the lot that was short it is less than nothing.
type Fill struct {
	Of     *Lot
	Amount money.Amount
	By     Draft
}

// Root is the bank entry that a lot is a part of.
func (l *Lot) Root() *Lot {
	for l.From != nil {
		l = l.From
	}
	return l
}

// OutOfNothing says whether a lot is of no money that came in: it only left, until other money makes up for it.
func (l *Lot) OutOfNothing() bool { return l.From == nil && l.Amount == 0 }

// Settling names a settlement of a claim.
type Settling struct{ Claim, Key string }

// Known is what journals do not say by themselves.
type Known struct {
	Receipts map[Settling]string // the bank entry that a settlement is of
	Refunds  map[string]string   // the bank entry that goes back, by the key of a journal: refund:KEY of one that is nobody's, payout:LINE of a line that pays one, loss:N:KEY of what is lost of one
}

// Lots is where all money went that came in on the trust account.
type Lots struct {
	known Known
	pots  map[Pot]*pot
	by    map[string][]*Lot
	in    map[string]*Lot
	order map[string]int            // of the bank entries that are booked, from 1
	of    map[string][]string       // the bank entries of a claim
	taken map[Settling]money.Amount // of a bank entry (Key), by a claim
}

// pot is the lots of one, as they came.
type pot struct {
	lots  []*Lot
	head  int    // none before it has something left
	short []*Lot // those of which more left than had come
}

// LotsOf follows all money through journals, which come in the order in which they were booked. Of a pot what came first goes first, but for what is known to be of one bank entry: what is taken
// back of a claim is the money of the receipt that was taken back. The amounts of the lots in a pot are the balance of the account, at every moment.
func LotsOf(journals []Draft, known Known) *Lots {
	t := &Lots{known: known, pots: map[Pot]*pot{}, by: map[string][]*Lot{}, in: map[string]*Lot{}, order: map[string]int{}, of: map[string][]string{}, taken: map[Settling]money.Amount{}}
	for _, j := range journals {
		if j.Book == Trust && j.Kind == Received {
			t.receive(j)
		}
	}
	for s, receipt := range known.Receipts {
		t.of[s.Claim] = append(t.of[s.Claim], receipt)
	}
	for _, receipts := range t.of {
		slices.SortFunc(receipts, func(a, b string) int { return cmp.Or(cmp.Compare(t.order[a], t.order[b]), cmp.Compare(a, b)) })
	}
	for _, j := range journals {
		if j.Book == Trust {
			t.follow(j)
		}
	}
	return t
}

// In is the money of a receipt; nil: it is not booked.
func (t *Lots) In(receipt string) *Lot { return t.in[receipt] }

// By are the lots that a journal of the trust book made.
func (t *Lots) By(key string) []*Lot { return t.by[key] }

func (t *Lots) receive(j Draft) {
	receipt := strings.TrimPrefix(j.Key, "receipt:")
	for _, line := range j.Lines {
		if line.Account == TrustBank {
			t.order[receipt] = len(t.order) + 1
			t.in[receipt] = t.put(&Lot{Pot: Pot{Unallocated, receipt}, Amount: line.Cents, Rest: line.Cents, By: j})
		}
	}
}

func (t *Lots) follow(j Draft) {
	whole, _, _ := strings.Cut(j.Key, "/")
	switch {
	case j.Kind == Received, j.Kind == FeesBooked && j.Reverses != "": // the reversal of its submission brings it all the way back
	case len(t.by[j.Reverses]) > 0:
		t.undo(j, t.by[j.Reverses])
	case (j.Kind == PayoutRejected || j.Kind == PayoutReturned) && len(t.by[whole]) > 0:
		t.undo(j, t.by[whole])
	case j.Kind == Settled:
		t.settle(j)
	default:
		need := needs{}
		for _, line := range j.Lines {
			need.add(t.pot(j, line), line.Cents)
		}
		t.move(j, need)
	}
}

// pot is that of a line.
func (t *Lots) pot(j Draft, l Line) Pot {
	whole, _, _ := strings.Cut(j.Key, "/")
	receipt := cmp.Or(t.known.Refunds[j.Key], t.known.Refunds[whole], receiptOf(j))
	if s, ok := settling(j.Key); ok {
		receipt = cmp.Or(t.known.Receipts[s], receipt)
	}
	line := strings.TrimPrefix(whole, "payout:")
	of := map[Account]string{
		ClawbackReceivable: j.Client, ClientPayable: cmp.Or(l.Claim, j.Client), RefundPayable: cmp.Or(l.Claim, receipt), Unallocated: receipt, InTransit: line, TrustBank: line,
	}
	if j.Kind == TakenBack {
		of[TrustBank] = receipt
	}
	return Pot{l.Account, of[l.Account]}
}

// receiptOf is the receipt that a journal is named after: receipt:KEY, and what follows of it. The agency's own money, each time that it was, fills up client by client.
func receiptOf(j Draft) string {
	key := strings.TrimPrefix(j.Key, "receipt:")
	if i := strings.LastIndex(key, "/own"); i >= 0 && (j.Kind == OwnMoney || j.Kind == ToppedUp) {
		return key[:i]
	}
	return strings.TrimSuffix(key, "/taken-back")
}

// settling is the settlement that a journal of a claim is of: CLAIM/settlement:KEY, CLAIM/reversal:KEY, and what follows of them.
func settling(key string) (s Settling, ok bool) {
	claim, fact, of := strings.Cut(key, "/")
	kind, settled, ok := strings.Cut(fact, ":")
	for _, suffix := range []string{"/clawback", "/taken-back"} {
		settled = strings.TrimSuffix(settled, suffix)
	}
	return Settling{claim, settled}, of && ok && (kind == "settlement" || kind == "reversal")
}

// put adds a lot to its pot.
func (t *Lots) put(l *Lot) *Lot {
	p := t.at(l.Pot)
	if p.lots = append(p.lots, l); l.Rest < 0 {
		p.short = append(p.short, l)
	}
	t.by[l.By.Key] = append(t.by[l.By.Key], l)
	p.level(l.By)
	return l
}

func (t *Lots) at(at Pot) *pot {
	if t.pots[at] == nil {
		t.pots[at] = &pot{}
	}
	return t.pots[at]
}

// shift brings an amount of a lot to another pot, also more than there is.
func (t *Lots) shift(l *Lot, to Pot, amount money.Amount, j Draft) *Lot {
	before := l.Rest
	if l.Rest -= amount; l.Rest < 0 && before >= 0 {
		t.at(l.Pot).short = append(t.at(l.Pot).short, l)
	}
	next := &Lot{Pot: to, Amount: amount, Rest: amount, By: j, Claim: l.Claim, From: l}
	if j.Kind == Settled && len(j.Lines) > 0 {
		next.Claim = j.Lines[0].Claim
	}
	l.To = append(l.To, next)
	t.at(l.Pot).level(j)
	return t.put(next)
}

// first is the lot of a pot that goes first, of one bank entry if there is such; nil: there is none.
func (p *pot) first(receipt *Lot) (found *Lot) {
	for i := p.head; i < len(p.lots); i++ {
		l := p.lots[i]
		switch {
		case l.Rest <= 0:
			if i == p.head {
				p.head++
			}
		case receipt == nil || l.Root() == receipt:
			return l
		case found == nil:
			found = l
		}
	}
	return found
}

// last is the lot that came last; nil: none did. Of what only left nothing more leaves.
func (p *pot) last() *Lot {
	for _, l := range slices.Backward(p.lots) {
		if !l.OutOfNothing() {
			return l
		}
	}
	return nil
}

// missing is the lot that was short first; nil: none is.
func (p *pot) missing() *Lot {
	for len(p.short) > 0 && p.short[0].Rest >= 0 {
		p.short = p.short[1:]
	}
	if len(p.short) == 0 {
		return nil
	}
	return p.short[0]
}

// level lets what is there make up for what is short.
func (p *pot) level(by Draft) {
	for {
		short, there := p.missing(), p.first(nil)
		if short == nil || there == nil {
			return
		}
		amount := min(there.Rest, -short.Rest)
		there.Rest, short.Rest = there.Rest-amount, short.Rest+amount
		there.Fills = append(there.Fills, Fill{short, amount, by})
		short.Fills = append(short.Fills, Fill{there, -amount, by})
	}
}
