#include "os/signals.hpp"

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

#include "os/event.hpp"

using namespace flowrun;

namespace {

// Runs `body` in a process of its own; how that ended, as waitpid tells it.
template <class Body>
int outcome_of(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    body();
    ::_exit(99);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("the first stop signal calls back with its number") {
  const int signal = GENERATE(SIGTERM, SIGINT);
  const int status = outcome_of([&] {
    const Event called;
    int received = 0;
    const StopSignals signals([&](int number) {
      received = number;
      called.ring();
    });
    ::kill(::getpid(), signal);
    called.wait();
    ::_exit(received == signal ? 0 : 1);
  });
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a second stop signal kills the process") {
  const int status = outcome_of([] {
    const Event called;
    const StopSignals signals([&](int) { called.ring(); });
    ::kill(::getpid(), SIGINT);
    called.wait();
    ::raise(SIGTERM);
  });
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
}

TEST_CASE("without a signal nothing is called, and afterwards signals kill again") {
  const int status = outcome_of([] {
    {
      const StopSignals signals([](int) { ::_exit(1); });
    }
    {
      const StopSignals signals([](int) { ::_exit(2); });
    }
    ::raise(SIGTERM);
  });
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
}

TEST_CASE("writing to a pipe that nobody reads is an error and no signal") {
  const int status = outcome_of([] {
    ignore_broken_pipes();
    int ends[2];
    if (::pipe(ends) != 0) ::_exit(1);
    ::close(ends[0]);
    ::_exit(write_all(ends[1], "x") == EPIPE ? 0 : 2);
  });
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("an event stays rung until it is cleared") {
  const Event event;
  CHECK(!event.clear());
  event.ring();
  event.ring();
  CHECK(event.clear());
  CHECK(!event.clear());
  event.ring();
  event.wait();
  CHECK(!event.clear());
}
