package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

func paper(content string, kind claim.DocumentKind) postgres.Document {
	return postgres.Document{Document: claim.Document{Kind: kind}, Name: content + ".txt", Media: claim.PlainText, Content: []byte(content)}
}

// A document is named by its content: kept once, with an event; another client does not see it.
func TestDocumentsAreKeptOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ref := t.Context(), w.open()
	w.exec(`DELETE FROM outbox`)
	sum, err := w.AddDocument(ctx, ref, paper("an order", claim.ContractDocument), at(today))
	ok(t, err)
	after := w.counts()
	again, err := w.AddDocument(ctx, ref, paper("an order", claim.ContractDocument), later(1))
	if ok(t, err); again != sum || w.counts() != after {
		t.Errorf("told twice: %s; was %s", w.counts(), after)
	}
	told := query[string](w, `SELECT (SELECT string_agg(detail::text, ' ') FROM case_event WHERE claim_id = $1 AND key = $2) || (SELECT count(*) FROM outbox WHERE claim_id = $1)`, ref.ClaimID, "document:"+sum)
	if told != `{"kind": "contract"}1` {
		t.Error(told)
	}
	refusedFor(t, "as another kind", "was recorded before with other particulars", second(w.AddDocument(ctx, ref, paper("an order", claim.InvoiceDocument), at(today))))
	refusedFor(t, "no such kind", `kind "bill" is not one of`, second(w.AddDocument(ctx, ref, paper("x", "bill"), at(today))))
	unborn := paper("x", claim.InvoiceDocument)
	unborn.On = today.AddDays(1)
	refusedFor(t, "of a day to come", "cannot bear a day to come", second(w.AddDocument(ctx, ref, unborn, at(today))))
	w.client = w.newClient("B")
	stranger := postgres.Ref{ClientID: w.client, ClaimID: ref.ClaimID}
	if list, err := w.Documents(ctx, stranger); err != nil || len(list) != 0 {
		t.Errorf("another client sees %+v, %v", list, err)
	}
	refusedFor(t, "of another client", "0 documents", second(w.DocumentContent(ctx, stranger, sum)))
	d, err := w.DocumentContent(ctx, ref, sum[:8])
	if err != nil || string(d.Content) != "an order" || d.Size != 8 || d.Added != today {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestAClaimHasSoManyDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	for i := range claim.MostDocuments {
		ok(t, second(w.AddDocument(t.Context(), ref, paper(fmt.Sprint("letter ", i), claim.Correspondence), at(today))))
	}
	refusedFor(t, "one more", "has 50 documents, which is the most", second(w.AddDocument(t.Context(), ref, paper("one more", claim.Correspondence), at(today))))
}

// In a package stand the documents that were known then, by kind, and of a kind in the order in which they came.
func TestDocumentsInTheFileForTheCourt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	add := func(content string, kind claim.DocumentKind) {
		ok(t, second(w.AddDocument(t.Context(), ref, paper(content, kind), at(today))))
	}
	told := func(seq int64) (names string, known int64) {
		file, err := w.CourtFile(t.Context(), ref, seq, today)
		ok(t, err)
		for _, d := range file.Documents {
			names += " " + string(d.Content)
		}
		return strings.TrimSpace(names), file.Seq
	}
	add("mail", claim.Correspondence)
	add("two", claim.InvoiceDocument)
	add("one", claim.InvoiceDocument)
	before, seq := told(0)
	add("order", claim.ContractDocument)
	if now, _ := told(0); before != "two one mail" || now != "two one order mail" {
		t.Errorf("%q, then %q", before, now)
	}
	if then, _ := told(seq); then != before {
		t.Errorf("as known then it is %q, was %q", then, before)
	}
}
