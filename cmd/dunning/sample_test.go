package main

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/letter"
)

func TestSampleList(t *testing.T) {
	t.Parallel()
	said, code, problem := runCommand(t, "sample", "list")
	if code != 0 {
		t.Fatal(problem)
	}
	for _, kind := range letter.SampleKinds {
		if sampleHelp[kind] == "" || !strings.Contains(said, string(kind)) {
			t.Errorf("%s is not told", kind)
		}
		for _, v := range kind.Variables() {
			if !strings.Contains(said, "  "+v.Name+" ") {
				t.Errorf("%s: %s is not told", kind, v.Name)
			}
		}
	}
}

func TestSampleWrite(t *testing.T) {
	t.Parallel()
	for _, kind := range letter.SampleKinds {
		for _, form := range []string{".pdf", ".docx", ".txt"} {
			t.Run(string(kind)+form, func(t *testing.T) {
				t.Parallel()
				out := filepath.Join(t.TempDir(), "letter"+form)
				line := []string{"sample", "write", string(kind), "--client", "../../config/samples/clients.yaml", "--code", "VBE", "--set", "invoice=F=1", "--set", "amount=1.250,00", "--out", out}
				if _, code, problem := runCommand(t, line...); code != 0 {
					t.Fatal(problem)
				}
				first, err := os.ReadFile(out)
				if err != nil || !bytes.HasPrefix(first, []byte(map[string]string{".pdf": "%PDF-", ".docx": "PK\x03\x04"}[form])) {
					t.Fatalf("not a %s: %v", form, err)
				}
				if form == ".txt" && (!strings.Contains(string(first), "F=1") || !strings.Contains(string(first), "Voorbeeld Energie B.V.")) {
					t.Errorf("not filled in:\n%s", first)
				}
				if _, code, problem := runCommand(t, line...); code != 0 {
					t.Fatal(problem)
				}
				if second, err := os.ReadFile(out); err != nil || !bytes.Equal(first, second) {
					t.Errorf("the same command writes another file: %v", err)
				}
			})
		}
	}
}

// The sample client has a colour and a logo in its file, which the letter shows as its reminders do; without a client nothing is coloured.
func TestASampleHasTheBrandOfTheFileOfClients(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]string{"--client ../../config/samples/clients.yaml --code VBE": "0B6B5D", "--client ../../config/samples/clients.yaml --code VDR": "1C2026", "": "1C2026"} {
		pdf, docx := filepath.Join(t.TempDir(), "a.pdf"), filepath.Join(t.TempDir(), "a.docx")
		for _, out := range []string{pdf, docx} {
			if _, code, problem := runCommand(t, append([]string{"sample", "write", "reminder", "--out", out}, strings.Fields(who)...)...); code != 0 {
				t.Fatal(problem)
			}
		}
		file, err := os.ReadFile(pdf)
		if err != nil || bytes.Contains(file, []byte("/Subtype /Image")) != (want == "0B6B5D") {
			t.Errorf("%q: the logo of the PDF is wrong, %v", who, err)
		}
		z, err := zip.OpenReader(docx)
		if err != nil {
			t.Fatal(err)
		}
		document, err := fs.ReadFile(z, "word/document.xml")
		if err != nil || !bytes.Contains(document, []byte(want)) {
			t.Errorf("%q: the colour of the document is not %s, %v", who, want, err)
		}
		if _, err = z.Open("word/media/logo.png"); (err == nil) != (want == "0B6B5D") {
			t.Errorf("%q: the logo of the document: %v", who, err)
		}
		_ = z.Close()
	}
}

// The exact costs are those of the scale that held on the day of the letter: 15% of 1250.00.
func TestASampleOf14DaysHasTheCostsOfTheScale(t *testing.T) {
	t.Parallel()
	for _, date := range [][]string{nil, {"--set", "date=2026-11-23"}} {
		out := filepath.Join(t.TempDir(), "letter.txt")
		if _, code, problem := runCommand(t, append([]string{"sample", "write", "14-day-letter", "--set", "amount=1250.00", "--language", "en", "--out", out}, date...)...); code != 0 {
			t.Fatal(problem)
		}
		text, err := os.ReadFile(out)
		if said := strings.Join(strings.Fields(string(text)), " "); err != nil || !strings.Contains(said, "These costs are €187.50. You must then pay €1,437.50 in all.") {
			t.Errorf("%v\n%s", err, text)
		}
	}
}

func TestSamplesThatAreRefused(t *testing.T) {
	t.Parallel()
	clients := "../../config/samples/clients.yaml"
	for _, c := range []struct {
		story string
		line  []string
		code  int
		want  string
	}{
		{"no letter", []string{"--out", "a.pdf"}, 2, "right would be: dunning sample write KIND"},
		{"a letter of the agency", []string{"summons", "--out", "a.pdf"}, 2, `KIND: "summons" is not a sample letter; right would be one of reminder, second-reminder`},
		{"a folder that is not there", []string{"reminder", "--out", "nowhere/a.pdf"}, 2, "--out: open nowhere/a.pdf: no such file or directory"},
		{"no file", []string{"reminder"}, 2, `--out: "" is none of .pdf, .docx and .txt; right would be a file name like reminder.pdf`},
		{"a value without a name", []string{"reminder", "--set", "F1", "--out", "a.pdf"}, 2, `--set: "F1" is not NAME=VALUE; right would be like invoice=F2026-1`},
		{"a value twice", []string{"reminder", "--set", "invoice=1", "--set", "invoice=2", "--out", "a.pdf"}, 2, "--set: invoice is given twice; right would be once"},
		{"a variable of another letter", []string{"reminder", "--set", "answer=x", "--out", "a.pdf"}, 2, `reminder: it has no variable "answer"; right would be date, debtor`},
		{"an amount that is none", []string{"reminder", "--set", "amount=veel", "--out", "a.pdf"}, 2, "reminder: amount: "},
		{"a 14-day letter that names a day to pay", []string{"14-day-letter", "--set", "date=2026-11-23", "--set", "invoice=F1, uiterlijk 7 december 2026", "--out", "a.pdf"}, 2, "no day is named before which it must be paid"},
		{"a letter from before the scale", []string{"14-day-letter", "--set", "date=2010-01-04", "--set", "amount=100", "--out", "a.pdf"}, 2, "collection costs on 2010-01-04: no row that old"},
		{"a client of no file", []string{"reminder", "--code", "VBE", "--out", "a.pdf"}, 2, "--code: VBE of which file? right would be --client FILE.yaml too"},
		{"a client that is not there", []string{"reminder", "--client", clients, "--code", "XX", "--out", "a.pdf"}, 2, `--code: "XX" is not in ` + clients + "; right would be one of VBE, VDR"},
		{"which of two clients", []string{"reminder", "--client", clients, "--out", "a.pdf"}, 2, "right would be one of VBE, VDR"},
		{"no file of clients", []string{"reminder", "--client", "nowhere.yaml", "--out", "a.pdf"}, 3, "nowhere.yaml"},
		{"tables of law that are not there", []string{"14-day-letter", "--rates", "nowhere", "--set", "amount=100", "--out", "a.pdf"}, 2, "nowhere"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			_, code, problem := runCommand(t, append([]string{"sample", "write"}, c.line...)...)
			if code != c.code || !strings.Contains(problem, c.want) || strings.Contains(problem, "compose") {
				t.Errorf("exit %d %q, want %d %q", code, problem, c.code, c.want)
			}
		})
	}
}
