package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/spool"
)

func spoolCommand() *cobra.Command {
	parent := &cobra.Command{Use: "spool", Short: "Letters for the post", Example: "  dunning spool batch DAY --out letters.pdf"}
	parent.AddCommand(spoolBatchCommand())
	return parent
}

func spoolBatchCommand() *cobra.Command {
	var out string
	var again bool
	cmd := &cobra.Command{
		Use: "batch DAY", Short: "A day's letters in one PDF for the print house, with a manifest", Args: cobra.ExactArgs(1),
		Long: `Puts the letters that the post spool has for a day into one PDF, in the order of their keys, and writes a manifest beside it: FILE.json has for each letter its
key, first page, number of pages and address. Each letter begins on a new page and is printed as it was registered; the fonts are in the file once.
The letters stay in the spool, which notes the batch that has them. So a letter is in one batch: a later one of the day, under another name, has the letters
that came since and says how many are left out. --again puts all letters of the day into a batch, for a print house that lost one.
The same command again makes the same file. It is refused when that batch was taken away, for it may be printed, and another batch is refused while one was
begun and not finished. A day without letters makes no file.`,
		Example: `  dunning spool batch DAY --out letters.pdf
  dunning spool batch DAY --out letters-evening.pdf        # what came since
  dunning spool batch DAY --out letters-all.pdf --again    # all of it, also what may be printed already`,
	}
	cmd.Flags().StringVar(&out, "out", "", "the PDF to write; its name ends in .pdf (required)")
	cmd.Flags().BoolVar(&again, "again", false, "all letters of the day, also those that earlier batches have")
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
		return batch(cmd, box, on, out, again)
	}
	return cmd
}

// batch makes the batch of the letters of a day that no earlier one has.
func batch(cmd *cobra.Command, box *spool.Spool, on calendar.Date, out string, again bool) error {
	sel, err := box.Select(on, out, again)
	if err != nil {
		return batchRefused(on, err)
	}
	w := cmd.OutOrStdout()
	if len(sel.Letters) == 0 {
		if _, err := fmt.Fprintf(w, "%s: no letters to print; nothing was written\n", on); err != nil {
			return err
		}
		return sayLeftOut(w, sel)
	}
	pdf, manifest, err := join(box, sel)
	if err != nil {
		return err
	}
	kept, fresh, err := box.KeepBatch(sel, pdf, manifest)
	if err != nil {
		return batchRefused(on, err)
	}
	said := "written"
	if !fresh {
		said = "unchanged"
	}
	if _, err := fmt.Fprintf(w, "%s: %d letters, %d pages, %d bytes, %s; manifest %s\n", out, len(kept.Letters), kept.Pages, kept.Bytes, said, spool.ManifestOf(out)); err != nil {
		return err
	}
	if sel.Since > 0 {
		return refused("--out: %s is made, and %d letters have come since that it does not have; right would be another file for those", out, sel.Since)
	}
	if again {
		return sayAgain(w, sel)
	}
	return sayLeftOut(w, sel)
}

// join puts the letters of a selection into one PDF.
func join(box *spool.Spool, sel spool.Selection) ([]byte, spool.Batch, error) {
	joined, manifest := letter.NewBatch(), spool.Batch{On: sel.On}
	for _, e := range sel.Letters {
		pdf, err := box.PDF(e)
		if err != nil {
			return nil, manifest, err
		}
		part, err := joined.Add(pdf)
		if err != nil {
			return nil, manifest, refused("letter %s %w; right would be to print it by itself: %s", e.Key, err, filepath.Join(sel.On.String(), e.File))
		}
		manifest.Letters = append(manifest.Letters, spool.BatchLetter{Key: e.Key, FirstPage: part.First, Pages: part.Pages, SHA256: e.SHA256, Address: e.Address})
	}
	manifest.Pages = joined.Pages()
	return joined.PDF("Letters of "+sel.On.String(), sel.On), manifest, nil
}

// batchRefused gives what no other try can mend the exit code of refused input, with the command that is right.
func batchRefused(on calendar.Date, err error) error {
	var (
		other      *spool.OtherBatchError
		gone       *spool.GoneError
		unfinished *spool.UnfinishedError
	)
	switch {
	case errors.As(err, &unfinished):
		return refused("%w: dunning spool batch %s --out %s (or --again, with all letters of the day)", err, on, unfinished.Note.File)
	case errors.As(err, &gone):
		return refused("--out: %w, or --again with all letters of the day", err)
	case errors.As(err, &other):
		return refused("--out: %w", err)
	}
	return err
}

// sayLeftOut says which letters are not in a batch because earlier ones have them.
func sayLeftOut(w io.Writer, sel spool.Selection) error {
	if sel.LeftOut == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "left out: %d letters that are in %s (--again puts in all letters of the day)\n", sel.LeftOut, earlier(sel))
	return err
}

// sayAgain warns of letters that are in two batches now.
func sayAgain(w io.Writer, sel spool.Selection) error {
	if len(sel.Earlier) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "again: letters of it are in %s too; post them once\n", earlier(sel))
	return err
}

func earlier(sel spool.Selection) string {
	names := make([]string, len(sel.Earlier))
	for i, n := range sel.Earlier {
		names[i] = fmt.Sprintf("%s (%d)", n.File, len(n.Keys))
	}
	return strings.Join(names, ", ")
}
