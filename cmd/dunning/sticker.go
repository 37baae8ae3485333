package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
)

func stickerCommand() *cobra.Command {
	parent := &cobra.Command{
		Use: "sticker", Short: `Stickers ("betaalversnellers") with the agency's name, for the reminders that clients write themselves`,
		Example: "  dunning sticker labels\n  dunning sticker sheet --label 3x7 --out stickers.pdf",
	}
	parent.PersistentFlags().String("geometries", "", "file with label sheets of your own, in the form of config/stickers.yaml (default: as shipped)")
	parent.AddCommand(stickerLabelsCommand(), stickerSheetCommand())
	return parent
}

// stickerLabels reads the label sheets that --geometries names, or those that are shipped.
func stickerLabels(cmd *cobra.Command) ([]letter.StickerLabel, error) {
	name := flag(cmd, "geometries")
	if name == "" {
		return shippedLabels()
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, unreadable("--geometries: %w", err)
	}
	labels, err := letter.ReadStickerLabels(name, data)
	if err != nil {
		return nil, unreadable("%w", err)
	}
	return labels, nil
}

func shippedLabels() ([]letter.StickerLabel, error) {
	const shipped = "stickers.yaml"
	data, err := fs.ReadFile(config.Data, shipped)
	if err != nil {
		return nil, err
	}
	return letter.ReadStickerLabels(shipped, data)
}

func stickerLabelsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "labels", Short: "The label sheets (A4) that stickers can be printed on", Args: cobra.NoArgs,
		Example: "  dunning sticker labels\n  dunning sticker labels --geometries config/stickers.yaml",
		RunE: func(cmd *cobra.Command, _ []string) error {
			labels, err := stickerLabels(cmd)
			if err != nil {
				return err
			}
			t := newTable("label", "a sheet", "columns", "rows", "label, mm", "margins top, left", "pitch across, down", "corner")
			for _, l := range labels {
				t.AppendRow([]any{l.Name, l.PerSheet(), l.Columns, l.Rows, pairOf(l.Width, " x ", l.Height), pairOf(l.TopMargin, ", ", l.LeftMargin),
					pairOf(l.HorizontalPitch, ", ", l.VerticalPitch), millimetres(l.CornerRadius)})
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), t.Render())
			return err
		},
	}
}

func millimetres(mm float64) string { return strconv.FormatFloat(mm, 'f', -1, 64) }

func pairOf(a float64, between string, b float64) string {
	return millimetres(a) + between + millimetres(b)
}

func stickerSheetCommand() *cobra.Command {
	language := oneOf{words: languageWords(), word: string(letter.Dutch)}
	cmd := &cobra.Command{
		Use: "sheet", Short: "Write a PDF of stickers to print on a sheet of labels", Args: cobra.NoArgs,
		Long: `Writes an A4 PDF on which every label is the same: until when to pay, with a line to write the day on, to whom the bill goes then, and the
agency's name, telephone, e-mail address and registration number (art. 11 lid 1 onder a Wki), from the configuration. Print it at 100%
("actual size"). The same command writes the same file.`,
		Example: "  dunning sticker sheet --label 3x7 --out stickers.pdf\n  dunning sticker sheet --label 2x4 --language en --skip 3 --outline --out stickers.pdf",
	}
	cmd.Flags().String("label", "", "the label sheet, by its `NAME` as \"dunning sticker labels\" lists it")
	cmd.Flags().Var(&language, "language", "language of the stickers")
	cmd.Flags().Int("skip", 0, "labels of the first sheet that were used already, row by row from the top left")
	cmd.Flags().Int("sheets", 1, "how many sheets")
	cmd.Flags().Bool("outline", false, "draw the edges of the labels, to see whether the printer keeps to them")
	cmd.Flags().String("out", "", "the PDF to write")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := askedStickers(cmd, letter.Language(language.word))
		if err != nil {
			return err
		}
		return writeStickers(cmd, s)
	}
	return cmd
}

// languageWords are the languages of letters, for a flag.
func languageWords() (words []string) {
	for _, l := range letter.Languages {
		words = append(words, string(l))
	}
	return words
}

// askedStickers is the sheet that the flags ask for, without the agency.
func askedStickers(cmd *cobra.Command, language letter.Language) (letter.StickerSheet, error) {
	s := letter.StickerSheet{Language: language}
	labels, err := stickerLabels(cmd)
	if err != nil {
		return s, err
	}
	name, names := flag(cmd, "label"), make([]string, len(labels))
	for i, l := range labels {
		if names[i] = l.Name; l.Name == name {
			s.Label = l
		}
	}
	if s.Label.Name == "" {
		return s, refused("--label: %q is not a label sheet; right would be one of %s", name, strings.Join(names, ", "))
	}
	s.Skip, _ = cmd.Flags().GetInt("skip")
	s.Sheets, _ = cmd.Flags().GetInt("sheets")
	s.Outline, _ = cmd.Flags().GetBool("outline")
	if s.Skip < 0 || s.Skip >= s.Label.PerSheet() {
		return s, refused("--skip: %d of %d labels; right would be 0 to %d", s.Skip, s.Label.PerSheet(), s.Label.PerSheet()-1)
	}
	if s.Sheets < 1 || s.Sheets > letter.MaxStickerSheets {
		return s, refused("--sheets: %d; right would be 1 to %d", s.Sheets, letter.MaxStickerSheets)
	}
	if out := flag(cmd, "out"); filepath.Ext(out) != ".pdf" {
		return s, refused("--out: %q is not a PDF; right would be a file name like stickers.pdf", out)
	}
	return s, nil
}

// writeStickers prints no name on stickers under which the agency may not work: without registration nothing is written.
func writeStickers(cmd *cobra.Command, s letter.StickerSheet) error {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	until, err := calendar.ParseDate(cfg.Agency.RegistrationValidUntil)
	if err != nil {
		return refused("agency.registration_valid_until: %w", err)
	}
	if calendar.DateOf(operator().At).After(until) {
		return refused("agency.registration_valid_until: the registration ended on %s; right would be one that is in force (art. 11 lid 1 onder a Wki)", until)
	}
	s.Agency = agencyParty(cfg.Agency)
	d, err := letter.ComposeStickers(s)
	if err != nil {
		return refused("%w", err)
	}
	if err := os.WriteFile(flag(cmd, "out"), d.PDF, 0o644); err != nil {
		return refused("--out: %w", err)
	}
	count := s.Sheets*s.Label.PerSheet() - s.Skip
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: label %s, sheets %d, stickers %d; print at 100%%\n", flag(cmd, "out"), s.Label.Name, s.Sheets, count)
	return err
}
