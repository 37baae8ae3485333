package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/papers"
	"github.com/incassocenter/dunning/internal/postgres"
)

const documentHelp = `Documents of a claim: its invoices, the contract, proof of delivery, correspondence. They are kept in the database, named by the SHA-256 of their content, and stand
in the package for the bailiff or the lawyer (claim package), with their place in its table of contents. An invoice and a contract or proof of delivery
together count as proof in the escalation advice.`

const documentExample = "822e2b4e-6e1e-50e2-8c55-edb38053a024"

func documentCommand() *cobra.Command {
	parent := &cobra.Command{
		Use: "document", Short: "The documents of a claim: add, list, get", Long: documentHelp,
		Example: "  dunning claim document add " + documentExample + " invoice.pdf --kind invoice --on 2026-01-05\n  dunning claim document list " + documentExample,
	}
	parent.AddCommand(addDocumentCommand(), listDocumentsCommand(), getDocumentCommand())
	return parent
}

const addDocumentHelp = `Adds a document: a PDF, a PNG or JPEG picture, or a plain text in UTF-8, of at most 10 MB. What kind of file it is follows from its content. A file that could not be
printed is refused: one that is torn or has a password, a PDF with fields, notes or stamps that lie on its pages, characters that the letter font lacks.
The same file again changes nothing.

--answers names a request for documents (claim request) that is answered by it.`

func addDocumentCommand() *cobra.Command {
	var on dateFlag
	cmd := &cobra.Command{
		Use: "add ID FILE", Short: "Add a document", Long: addDocumentHelp, Args: cobra.ExactArgs(2),
		Example: "  dunning claim document add " + documentExample + " invoice.pdf --kind invoice --on 2026-01-05\n" +
			"  dunning claim document add " + documentExample + " order.jpg --kind contract --answers q1",
	}
	kind := cmd.Flags().String("kind", "", "what it is: invoice, contract, delivery or correspondence (required)")
	answers := cmd.Flags().String("answers", "", "the key of the request that it answers")
	cmd.Flags().Var(&on, "on", "the day that the document bears")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		d := postgres.Document{Document: claim.Document{Kind: claim.DocumentKind(*kind), On: on.date}, Name: filepath.Base(args[1])}
		if !slices.Contains(claim.DocumentKinds(), d.Kind) {
			return refused("--kind: %q is not one of %v", *kind, claim.DocumentKinds())
		}
		var err error
		if d.Content, err = readDocument(args[1]); err != nil {
			return err
		}
		if d.Media, err = papers.Look(d.Content); err != nil {
			return refused("%s: %w", args[1], err)
		}
		return onClaim(cmd, args[0], func(store *postgres.Store, ref postgres.Ref) error {
			sum, err := store.AddDocument(cmd.Context(), ref, d, operator())
			if err != nil {
				return err
			}
			if *answers != "" {
				if err := store.AnswerRequest(cmd.Context(), ref, *answers, claim.AnswerGiven, "document "+sum, operator()); err != nil {
					return fmt.Errorf("document %s is kept; --answers: %w", sum, err)
				}
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s  %s, %s, %d bytes\n", sum, d.Kind, d.Media, len(d.Content))
			return err
		})
	}
	return cmd
}

// readDocument reads a file, and no more of it than a document may have.
func readDocument(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, unreadable("%w", err)
	}
	defer func() { _ = file.Close() }() // it was read
	content, err := io.ReadAll(io.LimitReader(file, claim.MostOfDocument+1))
	if err != nil {
		return nil, unreadable("%w", err)
	}
	return content, nil
}

// document is one as a list tells it.
type document struct {
	claim.Document
	SHA256 string          `json:"sha256"`
	Name   string          `json:"name"`
	Media  claim.MediaType `json:"media"`
	Size   int             `json:"bytes"`
	Added  string          `json:"added_on"`
}

func listDocumentsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list ID", Short: "Which documents are held, in the order in which they came", Args: cobra.ExactArgs(1),
		Example: "  dunning claim document list " + documentExample + "\n  dunning claim document list " + documentExample + " --json",
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withClaim(cmd, args[0], func(store *postgres.Store, ref postgres.Ref) error {
			held, err := store.Documents(cmd.Context(), ref)
			if err != nil {
				return err
			}
			list := make([]document, len(held))
			for i, d := range held {
				list[i] = document{d.Document, d.SHA256, d.Name, d.Media, d.Size, d.Added.String()}
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"documents": list})
			}
			return printDocuments(cmd.OutOrStdout(), list)
		})
	}
	return cmd
}

func printDocuments(w io.Writer, list []document) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "no documents are held")
		return err
	}
	rows := make([]table.Row, len(list))
	for i, d := range list {
		rows[i] = table.Row{d.SHA256[:12], d.Kind, d.On, d.Name, strings.TrimPrefix(string(d.Media), "application/"), d.Size, d.Added}
	}
	_, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{"sha-256", "kind", "of", "file", "media", "bytes", "added"}, rows, nil))
	return err
}

func getDocumentCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "get ID SHA256", Short: "Write a document to a file, as it came; the beginning of its SHA-256 is enough", Args: cobra.ExactArgs(2),
		Example: "  dunning claim document get " + documentExample + " DOCUMENT --out invoice.pdf",
	}
	out := cmd.Flags().String("out", "", "the file to write, which may not be there yet (required)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *out == "" {
			return refused("--out: right would be the name of a file")
		}
		return withClaim(cmd, args[0], func(store *postgres.Store, ref postgres.Ref) error {
			d, err := store.DocumentContent(cmd.Context(), ref, args[1])
			if err != nil {
				return err
			}
			file, err := os.OpenFile(*out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return refused("--out: %w", err)
			}
			_, err = file.Write(d.Content)
			if err = errors.Join(err, file.Close()); err != nil {
				return fmt.Errorf("write %s: %w", *out, err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s, %d bytes, SHA-256 %s\n", *out, d.Kind, d.Size, d.SHA256)
			return err
		})
	}
	return cmd
}
