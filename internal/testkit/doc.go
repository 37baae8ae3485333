// Package testkit gives a test a database, a mail server and a Temporal server of its own. It is
// imported by tests only, and must not contain knowledge of the business beyond the two database roles.
//
// All test processes of a user share one PostgreSQL. It belongs to a keeper: a copy of the first test
// binary that needed it, detached from `go test`, which runs the server as its child and ends with
// it half a minute after the last test process that used it. Who uses it is known by shared file
// locks, so nothing has to be told when tests are killed. Whatever is missing fails the test: it never skips.
package testkit
