package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// Document is a document of a claim, named by the SHA-256 of its content in hexadecimal. Name is that of the file, without its folder; On may be zero.
type Document struct {
	claim.Document
	SHA256  string
	Name    string
	Media   claim.MediaType
	Size    int
	Added   calendar.Date
	Content []byte `json:"-"` // not there in a list
}

// eventDocument is the kind of event that a document was added.
const eventDocument = "document-added"

func documentEvent(sum string) string { return "document:" + sum }

// AddDocument keeps a document of a claim, also of one that has ended, and gives its SHA-256. The same content again is one document; as another kind it is a
// *ConflictError, as is more than a claim may have, and a day to come. A crash before the commit leaves nothing.
func (s *Store) AddDocument(ctx context.Context, ref Ref, d Document, by Actor) (sum string, err error) {
	hash := sha256.Sum256(d.Content)
	sum = hex.EncodeToString(hash[:])
	if problem := d.problem(by.today()); problem != "" {
		return sum, &ConflictError{problem}
	}
	e := by.event(documentEvent(sum), eventDocument, by.today(), map[string]any{"kind": d.Kind})
	return sum, s.change(ctx, ref, e, MessageRemark, func(tx pgx.Tx, file CaseFile) error {
		if len(file.Facts.Documents) >= claim.MostDocuments {
			return &ConflictError{fmt.Sprintf("the claim has %d documents, which is the most; right would be several in one PDF", claim.MostDocuments)}
		}
		_, err := tx.Exec(ctx, `INSERT INTO claim_document (client_id, claim_id, key, kind, media, name, on_day, added_on, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			ref.ClientID, ref.ClaimID, sum, d.Kind, d.Media, d.Name, d.On, by.today(), d.Content)
		if err != nil {
			return fmt.Errorf("keep document %s of claim %s: %w", sum, ref.ClaimID, err)
		}
		return nil
	})
}

func (d Document) problem(today calendar.Date) string {
	switch {
	case !slices.Contains(claim.DocumentKinds(), d.Kind):
		return fmt.Sprintf("kind %q is not one of %v", d.Kind, claim.DocumentKinds())
	case strings.TrimSpace(d.Name) == "":
		return "the document has no name; right would be that of its file"
	case d.On.After(today):
		return fmt.Sprintf("the document cannot bear a day to come, %s; right would be a day up to and including %s", d.On, today)
	}
	return ""
}

const documentColumns = `d.kind, d.on_day, d.key, d.name, d.media, octet_length(d.content), d.added_on`

func (d *Document) fields() []any {
	return []any{&d.Kind, &d.On, &d.SHA256, &d.Name, &d.Media, &d.Size, &d.Added}
}

// inOrder joins the events of documents, by which they are known and ordered.
const inOrder = ` FROM claim_document d JOIN case_event e ON e.client_id = d.client_id AND e.claim_id = d.claim_id AND e.key = 'document:' || d.key WHERE d.client_id = $1 AND d.claim_id = $2`

// Documents lists the documents of a claim in the order in which they came, without their content.
func (s *Store) Documents(ctx context.Context, ref Ref) (list []Document, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		collect(batch, &list, (*Document).fields, `SELECT `+documentColumns+inOrder+` ORDER BY e.seq`, ref.ClientID, ref.ClaimID)
		return tx.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return nil, fmt.Errorf("read documents of claim %s: %w", ref.ClaimID, err)
	}
	return list, nil
}

// DocumentContent gives a document with its content, by the beginning of its SHA-256. None, and more than one, is a *ConflictError.
func (s *Store) DocumentContent(ctx context.Context, ref Ref, sum string) (d Document, err error) {
	list, err := s.Documents(ctx, ref)
	if err != nil {
		return d, err
	}
	list = slices.DeleteFunc(list, func(d Document) bool { return !strings.HasPrefix(d.SHA256, sum) })
	if sum == "" || len(list) != 1 {
		return d, &ConflictError{fmt.Sprintf("%d documents have a SHA-256 that begins with %q; right would be one that `dunning claim document list` tells", len(list), sum)}
	}
	d = list[0]
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT content FROM claim_document WHERE client_id = $1 AND claim_id = $2 AND key = $3`, ref.ClientID, ref.ClaimID, d.SHA256).Scan(&d.Content)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNotFound
	}
	return d, err
}

// readDocuments reads the documents that were known by an event, whole: by kind, and of a kind in the order in which they came.
func (f *CourtFile) readDocuments(ctx context.Context, tx pgx.Tx, ref Ref) error {
	batch := &pgx.Batch{}
	collect(batch, &f.Documents, func(d *Document) []any { return append(d.fields(), &d.Content) },
		`SELECT `+documentColumns+`, d.content`+inOrder+` AND e.seq <= $3 ORDER BY e.seq`, ref.ClientID, ref.ClaimID, f.Seq)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	kinds := claim.DocumentKinds()
	slices.SortStableFunc(f.Documents, func(a, b Document) int { return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind) })
	return nil
}
