package spool_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/spool"
)

var sameDay = cmp.Comparer(func(a, b calendar.Date) bool { return a == b })

// oneInAll is a batch of one letter of two pages.
func oneInAll() spool.Batch {
	return spool.Batch{On: day, Pages: 2, Letters: []spool.BatchLetter{{Key: "a1", FirstPage: 1, Pages: 2, SHA256: "00", Address: []string{"J. de Vries", "1234 AB  ONS DORP"}}}}
}

func TestALetterIsReadAsItsManifestListsIt(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	e := put(t, s, letter("a1"))
	if pdf, err := s.PDF(e); err != nil || string(pdf) != "%PDF-1.7 letter a1" {
		t.Errorf("%q, %v", pdf, err)
	}
	write(t, filepath.Join(dir, "2026-12-03", "a1.pdf"), "%PDF-1.7 another letter")
	if _, err := s.PDF(e); err == nil || !strings.Contains(err.Error(), "it is not the letter that the manifest lists") {
		t.Errorf("changed: %v", err)
	}
	e.Key = "../2026-12-03/a1"
	var item *spool.ItemError
	if _, err := s.PDF(e); !errors.As(err, &item) {
		t.Errorf("a key that leads elsewhere: %v", err)
	}
}

// keep makes the batch of a day as a command does.
func keep(t *testing.T, s *spool.Spool, file, pdf string) (spool.Batch, bool, error) {
	t.Helper()
	sel, err := s.Select(day, file, false)
	if err != nil {
		t.Fatal(err)
	}
	return s.KeepBatch(sel, []byte(pdf), oneInAll())
}

func TestABatchIsKeptOnce(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	put(t, s, letter("a1"))
	file := filepath.Join(t.TempDir(), "out.pdf")
	first, fresh, err := keep(t, s, file, "%PDF-1.7 all")
	if err != nil || !fresh || first.File != "out.pdf" || first.Bytes != 12 || len(first.SHA256) != 64 {
		t.Fatalf("%+v, fresh %v, %v", first, fresh, err)
	}
	again, fresh, err := keep(t, s, file, "%PDF-1.7 all")
	if err != nil || fresh {
		t.Errorf("again: fresh %v, %v", fresh, err)
	}
	read, err := spool.ReadBatch(spool.ManifestOf(file))
	if diff := cmp.Diff([]spool.Batch{first, first}, []spool.Batch{again, read}, sameDay); diff != "" || err != nil {
		t.Error(diff, err)
	}
	var other *spool.OtherBatchError
	if _, _, err := keep(t, s, file, "%PDF-1.7 all and more"); !errors.As(err, &other) || other.Manifest != spool.ManifestOf(file) {
		t.Errorf("other letters under the same name: %v", err)
	}
	if left, err := os.ReadFile(file); err != nil || string(left) != "%PDF-1.7 all" {
		t.Errorf("the file is now %q, %v", left, err)
	}
	if found := files(t, filepath.Dir(file)); len(found) != 3 || found["out.pdf"] != "-rw-------" || found["out.json"] != "-rw-------" {
		t.Errorf("%v", found)
	}
}

// A manifest alone does not say that the letters are there: the PDF may be at the printer's, or be another one by now.
func TestABatchWhosePDFIsNotThatOfItsManifestIsRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(file string) error{
		"taken away": os.Remove, "damaged": func(file string) error { return os.WriteFile(file, []byte("%PDF-1.7 a"), 0o600) },
	} {
		s, _ := open(t)
		put(t, s, letter("a1"))
		file := filepath.Join(t.TempDir(), "out.pdf")
		if _, _, err := keep(t, s, file, "%PDF-1.7 all"); err != nil {
			t.Fatal(err)
		}
		if err := spoil(file); err != nil {
			t.Fatal(err)
		}
		var gone *spool.GoneError
		if _, _, err := keep(t, s, file, "%PDF-1.7 all"); !errors.As(err, &gone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAManifestOfALetterIsNoneOfABatch(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	put(t, s, letter("a1"))
	if _, err := spool.ReadBatch(filepath.Join(dir, "2026-12-03", "a1.json")); err == nil || !strings.Contains(err.Error(), "right would be the .json beside a batch") {
		t.Error(err)
	}
}

func TestWhatIsInTheSpool(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	for name, want := range map[string]bool{
		filepath.Join(dir, "out.pdf"): true, filepath.Join(dir, "2026-12-03", "out.pdf"): true, filepath.Join(dir, "..", "out.pdf"): false,
		filepath.Join(dir+"2", "out.pdf"): false, filepath.Join(dir, "..", filepath.Base(dir), "out.pdf"): true, "out.pdf": false,
	} {
		if got, err := s.Holds(name); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}
