package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// contents are the questions about one claim, and the seldom filled tables in which it has rows: of the others nothing is asked.
type contents struct {
	*pgx.Batch
	filled []string
}

// seldom are tables in which most claims have no row.
var seldom = []string{"arrangement", "claim_document", "client_request", "complaint", "court_step", "information_cost", "interruption", "pause", "promise", "register_check", "skipped_step", "task"}

// filledTables is the column that tells in which of them a claim has rows.
var filledTables = func() string {
	var rows []string
	for _, table := range seldom {
		rows = append(rows, fmt.Sprintf("('%s', EXISTS (SELECT FROM %s x WHERE x.client_id = c.client_id AND x.claim_id = c.id))", table, table))
	}
	return "ARRAY(SELECT t.name FROM (VALUES " + strings.Join(rows, ", ") + ") AS t (name, filled) WHERE t.filled)"
}()

func (c contents) has(table string) bool { return slices.Contains(c.filled, table) }

// collectOf is collect, of a claim that has rows in a table that is seldom filled.
func collectOf[T any](c contents, table string, list *[]T, fields func(*T) []any, query string, args ...any) {
	if c.has(table) {
		collect(c.Batch, list, fields, query, args...)
	}
}

// collect adds every row of a query to list.
func collect[T any](batch *pgx.Batch, list *[]T, fields func(*T) []any, query string, args ...any) {
	batch.Queue(query, args...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var item T
			if err := rows.Scan(fields(&item)...); err != nil {
				return err
			}
			*list = append(*list, item)
		}
		return rows.Err()
	})
}
