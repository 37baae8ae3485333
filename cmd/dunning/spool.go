package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/spool"
)

func spoolCommand() *cobra.Command {
	parent := &cobra.Command{Use: "spool", Short: "Letters for the post"}
	parent.AddCommand(spoolBatchCommand())
	return parent
}

func spoolBatchCommand() *cobra.Command {
	var out string
	var without []string
	cmd := &cobra.Command{
		Use: "batch DAY", Short: "A day's letters in one PDF for the print house, with a manifest", Args: cobra.ExactArgs(1),
		Long: `Puts the letters that the post spool has for a day into one PDF, in the order of their keys, and writes a manifest beside it: FILE.json has for each letter its
key, first page, number of pages and address. Each letter begins on a new page and is printed as it was registered; the fonts are in the file once.
The spool stays as it is. Running it again changes nothing. When letters have come since, it is refused, because the first batch may be printed
already: give another --out, and --without the manifest of each earlier batch. A day without letters makes no file.`,
		Example: `  dunning spool batch 2026-12-03 --out 2026-12-03.pdf
  dunning spool batch 2026-12-03 --out 2026-12-03-evening.pdf --without 2026-12-03.json`,
	}
	cmd.Flags().StringVar(&out, "out", "", "the PDF to write; its name ends in .pdf (required)")
	cmd.Flags().StringArrayVar(&without, "without", nil, "manifest of an earlier batch, whose letters are left out (may be given again)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		on, err := calendar.ParseDate(args[0])
		if err != nil {
			return refused("DAY: %w", err)
		}
		if filepath.Ext(out) != ".pdf" {
			return refused("--out: %q does not end in .pdf; right would be %s.pdf", out, on)
		}
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		box, err := spool.Open(cfg.Spool.Dir)
		if err != nil {
			return err
		}
		inside, err := box.Holds(out)
		if err != nil {
			return err
		}
		if inside {
			return refused("--out: %s is in the spool; right would be a directory of its own", out)
		}
		return batch(cmd, box, on, out, without)
	}
	return cmd
}

// batch makes the batch of the letters of a day that no earlier one has.
func batch(cmd *cobra.Command, box *spool.Spool, on calendar.Date, out string, without []string) error {
	entries, err := remaining(box, on, without)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: no letters to print; nothing was written\n", on)
		return err
	}
	joined, manifest := letter.NewBatch(), spool.Batch{On: on}
	for _, e := range entries {
		pdf, err := box.PDF(e)
		if err != nil {
			return err
		}
		part, err := joined.Add(pdf)
		if err != nil {
			return refused("letter %s %w; right would be to print it by itself: %s", e.Key, err, filepath.Join(on.String(), e.File))
		}
		manifest.Letters = append(manifest.Letters, spool.BatchLetter{Key: e.Key, FirstPage: part.First, Pages: part.Pages, SHA256: e.SHA256, Address: e.Address})
	}
	manifest.Pages = joined.Pages()
	kept, fresh, err := spool.KeepBatch(out, joined.PDF("Letters of "+on.String(), on), manifest)
	var other *spool.OtherBatchError
	if errors.As(err, &other) {
		return refused("--out: %w: --without %s", err, other.Manifest)
	}
	if err != nil {
		return err
	}
	said := "written"
	if !fresh {
		said = "unchanged"
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %d letters, %d pages, %d bytes, %s; manifest %s\n", out, len(kept.Letters), kept.Pages, kept.Bytes, said, spool.ManifestOf(out))
	return err
}

// remaining are the letters of a day without those of earlier batches.
func remaining(box *spool.Spool, on calendar.Date, without []string) ([]spool.Entry, error) {
	entries, err := box.Manifest(on)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, name := range without {
		earlier, err := spool.ReadBatch(name)
		if err != nil {
			return nil, unreadable("--without: %w", err)
		}
		for _, l := range earlier.Letters {
			taken[l.Key] = true
		}
	}
	return slices.DeleteFunc(entries, func(e spool.Entry) bool { return taken[e.Key] }), nil
}
