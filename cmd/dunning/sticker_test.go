package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// exampleConfig is config/dunning.example.yaml with the secrets that it leaves out, and some lines changed.
func exampleConfig(t *testing.T, oldNew ...string) string {
	t.Helper()
	text, err := os.ReadFile("../../config/dunning.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	oldNew = append([]string{
		"  # url_file: /run/secrets/database_url", "  url: postgres://app:x@127.0.0.1:5432/dunning",
		"  # keys_file: /run/secrets/codec_keys", "  keys: example:ZXhhbXBsZSBvbmx5LCBub3QgYSBzZWNyZXQgaGVyZSE=",
	}, append(oldNew, "registration_valid_until: 2027-03-31", "registration_valid_until: 2999-12-31")...)
	return temporary(t, "dunning.yaml", strings.NewReplacer(oldNew...).Replace(string(text)))
}

func temporary(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestStickerSheet(t *testing.T) {
	t.Parallel()
	cfg, out := exampleConfig(t), filepath.Join(t.TempDir(), "stickers.pdf")
	line := []string{"sticker", "sheet", "--config", cfg, "--label", "3x7", "--skip", "4", "--sheets", "2", "--out", out}
	said, code, problem := runCommand(t, line...)
	if code != 0 || said != out+": label 3x7, sheets 2, stickers 38; print at 100%\n" {
		t.Fatalf("exit %d %s: %s", code, problem, said)
	}
	first, err := os.ReadFile(out)
	if err != nil || !bytes.HasPrefix(first, []byte("%PDF-")) {
		t.Fatalf("no PDF: %v", err)
	}
	if _, code, problem = runCommand(t, line...); code != 0 {
		t.Fatal(problem)
	}
	if second, err := os.ReadFile(out); err != nil || !bytes.Equal(first, second) {
		t.Errorf("the same command writes another file: %v", err)
	}
	if said, code, problem = runCommand(t, "sticker", "labels"); code != 0 || !strings.Contains(said, "3x8") || !strings.Contains(said, "63.5 x 38.1") {
		t.Errorf("exit %d %s: %s", code, problem, said)
	}
}

func TestStickerSheetsThatAreRefused(t *testing.T) {
	t.Parallel()
	good := exampleConfig(t)
	own := temporary(t, "labels.yaml", "- name: huge\n  columns: 1\n")
	for _, c := range []struct {
		story string
		line  string
		cfg   string
		code  int
		want  string
	}{
		{"no label", "sheet --out a.pdf", good, 2, `--label: "" is not a label sheet; right would be one of 3x7, 2x7, 2x4, 3x8`},
		{"an unknown label", "sheet --label 9x9 --out a.pdf", good, 2, `--label: "9x9" is not a label sheet`},
		{"all labels used", "sheet --label 3x8 --skip 24 --out a.pdf", good, 2, "--skip: 24 of 24 labels; right would be 0 to 23"},
		{"no sheets", "sheet --label 3x8 --sheets 0 --out a.pdf", good, 2, "--sheets: 0; right would be 1 to 100"},
		{"a folder that is not there", "sheet --label 3x8 --out nowhere/a.pdf", good, 2, "--out: open nowhere/a.pdf: no such file or directory"},
		{"no file", "sheet --label 3x8", good, 2, `--out: "" is not a PDF`},
		{"a picture", "sheet --label 3x8 --out a.png", good, 2, `--out: "a.png" is not a PDF`},
		{"a language that nobody chose", "sheet --label 3x8 --language de --out a.pdf", good, 2, "right would be nl or en"},
		{"a registration that ended", "sheet --label 3x8 --out a.pdf", exampleConfig(t, "registration_valid_until: 2027-03-31", "registration_valid_until: 2020-03-31"), 2, "the registration ended on 2020-03-31; right would be one that is in force (art. 11 lid 1 onder a Wki)"},
		{"a name that fits no label", "sheet --label 3x8 --out a.pdf", exampleConfig(t, "name: Incassocenter", "name: "+strings.Repeat("Voorbeeld ", 60)), 2, "does not fit label 3x8, also in the smallest print"},
		{"a file of labels that are wrong", "labels --geometries " + own, good, 3, own + `: entry 1 ("huge"): rows: is 0; right would be a whole number from 1 to 30`},
		{"a file that is not there", "labels --geometries nowhere.yaml", good, 3, "--geometries: open nowhere.yaml"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			_, code, problem := runCommand(t, append([]string{"sticker", "--config", c.cfg}, strings.Fields(c.line)...)...)
			if code != c.code || !strings.Contains(problem, c.want) {
				t.Errorf("exit %d %q, want %d %q", code, problem, c.code, c.want)
			}
		})
	}
}
