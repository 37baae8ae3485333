// Package devstack runs the services that a bare machine lacks: PostgreSQL and the Temporal
// development server as child processes, a mail server in process. It is for development, the
// demo and the tests.
//
// It must never be used in production and must know nothing of claims, letters or money: it starts
// and stops services, it does not fill them. It listens on loopback and on private unix sockets only.
//
// Whatever it starts dies with the process that started it, also when that process is killed with
// SIGKILL (Linux; elsewhere an orphan is stopped at the next start), and every data directory can be
// started again after such a death.
package devstack
