package settlement

import (
	"io"

	"github.com/incassocenter/dunning/internal/bank"
)

// PayoutVerdict is what the bank says of a payment, with its code of why.
type PayoutVerdict struct {
	Outcome bank.Outcome `json:"outcome"`
	Reason  string       `json:"reason,omitempty"`
}

// PayoutReport is a report of the bank on a file that it was sent (pain.002).
type PayoutReport struct {
	ID       string // the bank's name for it
	Payout   string // id of the payout, or of the run of collections: the message id of its file
	File     PayoutVerdict
	Batches  map[string]PayoutVerdict
	Payments map[string]PayoutVerdict // by end-to-end id
}

// ReadPayoutReports reads all reports of a file. One that cannot be read is a *bank.UnreadableError, and nothing of it counts.
func ReadPayoutReports(r io.Reader) (reports []PayoutReport, err error) {
	report := PayoutReport{Batches: map[string]PayoutVerdict{}, Payments: map[string]PayoutVerdict{}}
	err = bank.ReadStatus(r, bank.StatusHandler{
		Payment: func(_ *bank.FileStatus, _ *bank.BatchStatus, p *bank.PaymentStatus) error {
			report.Payments[p.EndToEndID] = verdict(p.Status, p.Reasons)
			return nil
		},
		Batch: func(_ *bank.FileStatus, b *bank.BatchStatus) error {
			report.Batches[b.ID] = verdict(b.Status, b.Reasons)
			return nil
		},
		File: func(f *bank.FileStatus) error {
			report.ID, report.Payout, report.File = f.ID, f.MessageID, verdict(f.Status, f.Reasons)
			reports = append(reports, report)
			report = PayoutReport{Batches: map[string]PayoutVerdict{}, Payments: map[string]PayoutVerdict{}}
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	return reports, nil
}

func verdict(status bank.Status, reasons []bank.StatusReason) PayoutVerdict {
	v := PayoutVerdict{Outcome: bank.Unclear}
	if status != "" {
		v.Outcome = status.Outcome()
	}
	if len(reasons) > 0 {
		v.Reason = reasons[0].Code
	}
	return v
}

// Of is what the report says of a line: what it tells of the payment, else of its batch, else of the file, unless that is a part of it only.
func (r PayoutReport) Of(p Payout, l PayoutLine) PayoutVerdict {
	return r.OfPayment(l.EndToEndID, p.BatchID(l.Kind))
}

// OfPayment is what it says of a payment of a batch.
func (r PayoutReport) OfPayment(endToEndID, batch string) PayoutVerdict {
	if v, told := r.Payments[endToEndID]; told {
		return v
	}
	if v := r.Batches[batch]; v.Outcome != "" && v.Outcome != bank.Unclear {
		return whole(v)
	}
	return whole(r.File)
}

// whole is a verdict over several payments for one of which nothing else is told; that it is of a part of them, or none, says nothing of one.
func whole(v PayoutVerdict) PayoutVerdict {
	if v.Outcome == bank.Partly || v.Outcome == "" {
		return PayoutVerdict{Outcome: bank.Unclear}
	}
	return v
}
