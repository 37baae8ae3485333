package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// CourtFile is a claim as it was known by one of its events: what a package for the court is made from. Facts are those on which its account rests, as known
// then; what the file does not tell the time of (terms, letters for other claims) is as it is now.
type CourtFile struct {
	CaseFile
	Seq     int64         // of the last event that was known
	On      calendar.Date // the day on which it was known
	Events  []Event       // up to it, as they were recorded, without those of packages
	Letters []CourtLetter // that had left, or may have: those without a paper
	IBANs   []string      // of accounts from which money came in for the claim
	// Documents are those of the claim that were held, by kind.
	Documents []Document
}

// CourtLetter is a letter that left, as it was known then, with its paper and the certificate of that paper.
type CourtLetter struct {
	claim.Letter
	CameBack bool // undeliverable, or it bounced later
	PDF      []byte
	SHA256   string
	Verdicts json.RawMessage // none for letters to the client
}

// eventPackage is the kind of event that a package was made.
const eventPackage = "court-package"

// CourtFile reads a claim as it was known by the event with number seq, which is on or before a day; 0 is the last one of that day.
func (s *Store) CourtFile(ctx context.Context, ref Ref, seq int64, on calendar.Date) (f CourtFile, err error) {
	moment := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err = pgx.BeginTxFunc(ctx, s.pool, moment, func(tx pgx.Tx) error {
		if err := setTenant(ctx, tx, ref.ClientID); err != nil {
			return err
		}
		if f.CaseFile, err = readCaseFile(ctx, tx, ref); err != nil {
			return err
		}
		events, err := readEvents(ctx, tx, ref)
		if err != nil {
			return err
		}
		f.On, f.Seq = on, cmp.Or(seq, lastOf(events, on))
		events = knownBy(events, f.Seq, f.On)
		f.Events = slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return e.seq > f.Seq || e.Kind == eventPackage })
		records, err := readRecords(ctx, tx, ref, f.Facts, events)
		if err != nil {
			return err
		}
		f.Facts = f.Facts.KnownOn(records, f.On)
		if err := f.readLetters(ctx, tx, ref, records.Letters); err != nil {
			return err
		}
		if err := f.readDocuments(ctx, tx, ref); err != nil {
			return err
		}
		return f.readIBANs(ctx, tx, ref)
	})
	if err != nil {
		return CourtFile{}, fmt.Errorf("read file of claim %s for the court: %w", ref.ClaimID, err)
	}
	return f, nil
}

// lastOf is the number of the last event up to and including a day; 0 when there is none.
func lastOf(events []Event, on calendar.Date) (seq int64) {
	for _, e := range events {
		if !calendar.DateOf(e.At).After(on) {
			seq = max(seq, e.seq)
		}
	}
	return seq
}

// Chosen is the day on which the client chose the court, as far as that was known; zero when it was not.
func (f CourtFile) Chosen() calendar.Date {
	for _, e := range f.Events {
		if e.Kind == eventDecision && e.Detail["choice"] == string(claim.ChooseCourt) {
			return e.On
		}
	}
	return calendar.Date{}
}

// readLetters reads the papers of the letters that had left, also of those that came back. The paper of one that was accepted does not change any more; of one of
// which nobody knows it may, when it turns out that it never left, so it has none.
func (f *CourtFile) readLetters(ctx context.Context, tx pgx.Tx, ref Ref, records []claim.LetterRecord) error {
	rows, err := tx.Query(ctx, `SELECT l.pdf, encode(l.sha256, 'hex'), COALESCE(c.verdicts, 'null') FROM letter l LEFT JOIN certificate c ON c.letter_id = l.id AND c.sha256 = l.sha256
		WHERE l.client_id = $1 AND l.claim_id = $2 ORDER BY l.claimed_at, l.step`, ref.ClientID, ref.ClaimID)
	if err != nil {
		return err
	}
	papers, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l CourtLetter, err error) {
		err = row.Scan(&l.PDF, &l.SHA256, &l.Verdicts)
		return l, err
	})
	if err != nil {
		return err
	}
	for i, record := range records {
		left, known := record.KnownOn(f.On)
		papers[i].Letter, papers[i].CameBack = left, record.LeftBy(f.On) && left.State == claim.LetterFailed
		switch {
		case !known || !left.Left() && !papers[i].CameBack:
			continue
		case left.State == claim.LetterUnknown:
			papers[i] = CourtLetter{Letter: left}
		}
		f.Letters = append(f.Letters, papers[i])
	}
	return nil
}

// readIBANs reads the accounts that money came from which still counts.
func (f *CourtFile) readIBANs(ctx context.Context, tx pgx.Tx, ref Ref) error {
	rows, err := tx.Query(ctx, `SELECT iban, COALESCE(settled_as, key) FROM receipt WHERE client_id = $1 AND claim_id = $2 AND iban <> '' ORDER BY iban`, ref.ClientID, ref.ClaimID)
	if err != nil {
		return err
	}
	var iban, key string
	_, err = pgx.ForEachRow(rows, []any{&iban, &key}, func() error {
		if _, counts := f.Facts.Settled(key); counts && !slices.Contains(f.IBANs, iban) {
			f.IBANs = append(f.IBANs, iban)
		}
		return nil
	})
	return err
}

// Package is one that was made for whoever conducts the procedure: it is not kept, but can be made again from what it is made of.
type Package struct {
	Recipient   string          // bailiff or lawyer
	SHA256      string          // of the PDF, in hex
	On          calendar.Date   // made, and owed
	Seq         int64           // of the last event that was known
	Particulars json.RawMessage // who is who, as it stands in it
}

// Packages gives those that were made of a claim, the oldest first.
func (s *Store) Packages(ctx context.Context, ref Ref) (list []Package, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT recipient, sha256, on_day, known_seq, particulars FROM court_package WHERE client_id = $1 AND claim_id = $2 ORDER BY known_seq, recipient`, ref.ClientID, ref.ClaimID)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Package])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read packages of claim %s: %w", ref.ClaimID, err)
	}
	return list, nil
}

// RecordPackage records that a package was made, for a claim of which the client chose the court; of any other it is a *ConflictError. The same one twice is
// once: it is named by its SHA-256. A crash before the commit leaves nothing.
func (s *Store) RecordPackage(ctx context.Context, ref Ref, p Package, by Actor) error {
	e := by.event("package:"+p.Recipient+":"+p.SHA256, eventPackage, p.On, map[string]any{"for": p.Recipient, "sha256": p.SHA256})
	return s.change(ctx, ref, e, MessageRemark, func(tx pgx.Tx, file CaseFile) error {
		if d := file.Facts.Decision; d == nil || d.Choice != claim.ChooseCourt {
			return &ConflictError{"the client has not chosen the court: there is nothing to hand over"}
		}
		_, err := tx.Exec(ctx, `INSERT INTO court_package (client_id, claim_id, recipient, sha256, on_day, known_seq, particulars) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			ref.ClientID, ref.ClaimID, p.Recipient, p.SHA256, p.On, p.Seq, p.Particulars)
		if err != nil {
			return fmt.Errorf("record package of claim %s: %w", ref.ClaimID, err)
		}
		return nil
	})
}
