package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// A client's documents are kept once, given back as they came, and stand in the package for the court, which comes out the same again; what is not printable is
// refused.
func TestDocumentsOfAClaim(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company PRE"})[0]
	o.started(t, ref)
	id, dir, today := ref.ClaimID, t.TempDir(), calendar.DateOf(time.Now())
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const invoice = "../../internal/papers/testdata/invoice.pdf"
	add := func(name string, more ...string) []string {
		return append([]string{"claim", "document", "add", id, name}, more...)
	}
	o.says(t, "no documents are held", "claim", "document", "list", id)
	o.refuses(t, 2, `--kind: "bill" is not one of [invoice contract delivery correspondence]`, add(invoice, "--kind", "bill")...)
	o.refuses(t, 2, "is text/html; right would be a PDF, a PNG, a JPEG or a plain text", add(file("page.pdf", "<!DOCTYPE html><html>"), "--kind", "contract")...)
	o.refuses(t, 3, "no such file", add(filepath.Join(dir, "none.pdf"), "--kind", "contract")...)
	o.refuses(t, 2, "the document cannot bear a day to come", add(invoice, "--kind", "invoice", "--on", today.AddDays(1).String())...)
	o.refuses(t, 2, "is kept; --answers: ", add(file("mail.txt", "Geachte heer,\n\nik betaal morgen.\n"), "--kind", "correspondence", "--answers", "q9")...)
	o.says(t, "recorded with key q1...", "claim", "request", id, "documents", "de factuur", "--key", "q1")
	for range 2 { // told twice is once
		o.says(t, "invoice, application/pdf, 23098 bytes...", add(invoice, "--kind", "invoice", "--on", "2026-01-05", "--answers", "q1")...)
	}
	o.refuses(t, 2, "was recorded before with other particulars", add(invoice, "--kind", "contract")...)
	if f, err := o.store.Facts(t.Context(), ref); err != nil || len(f.Documents) != 2 || f.Requests[0].Answer != claim.AnswerGiven {
		t.Errorf("%+v, %v", f.Documents, err)
	}
	held, err := o.store.Documents(t.Context(), ref)
	if err != nil || len(held) != 2 || held[1].Kind != claim.InvoiceDocument || held[1].On.String() != "2026-01-05" || held[1].Name != "invoice.pdf" {
		t.Fatalf("%+v, %v", held, err)
	}
	out := filepath.Join(dir, "back.pdf")
	o.says(t, "invoice, 23098 bytes, SHA-256 "+held[1].SHA256+"...", "claim", "document", "get", id, held[1].SHA256[:12], "--out", out)
	if back, before := mustRead(t, out), mustRead(t, invoice); !bytes.Equal(back, before) {
		t.Error("it did not come back as it was")
	}
	o.refuses(t, 2, "--out: ", "claim", "document", "get", id, held[1].SHA256, "--out", out)
	o.refuses(t, 2, `0 documents have a SHA-256 that begins with "zz"`, "claim", "document", "get", id, "zz", "--out", out)

	always := func(claim.Facts) (bool, error) { return true, nil }
	if _, err := o.store.RecordDecision(t.Context(), ref, claim.ChooseCourt, postgres.Actor{Name: "client", At: time.Now()}, always); err != nil {
		t.Fatal(err)
	}
	out = filepath.Join(dir, "package.pdf")
	o.says(t, "(made)...", "claim", "package", id, "--out", out)
	first := mustRead(t, out)
	o.says(t, "correspondence, text/plain, 8 bytes...", add(file("later.txt", "een brief"[:8]), "--kind", "correspondence")...)
	o.says(t, "(the same as before)...", "claim", "package", id, "--out", out, "--known", today.String())
	if again := mustRead(t, out); !bytes.Equal(again, first) {
		t.Error("the package is not the one that was made")
	}
	if said := o.says(t, "...", "claim", "document", "list", id, "--json"); strings.Count(said, `"sha256"`) != 3 {
		t.Error(said)
	}
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
