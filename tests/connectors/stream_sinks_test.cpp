#include <catch2/catch.hpp>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

#include "connectors/connectors.hpp"
#include "connectors/descriptors.hpp"
#include "connectors/failures.hpp"
#include "os/file.hpp"
#include "os/signals.hpp"

using namespace flowrun;

TEST_CASE("a reader of the standard output that goes away is no error") {
  ignore_broken_pipes();
  Pipe pipe;
  const Redirection redirection(STDOUT_FILENO, pipe.writing.number());
  const auto writer = stdout_sink().plan(Options())->make_writer("");
  writer->check(nullptr);
  writer->open(nullptr);
  writer->write("text\n");
  CHECK(!writer->reader_gone());
  pipe.reading.close();
  writer->write("text\n");
  CHECK(writer->reader_gone());
  writer->write("text\n");
  writer->close();
}

TEST_CASE("a full standard output waits for its reader until it is interrupted") {
  Pipe pipe;
  const Redirection redirection(STDOUT_FILENO, pipe.writing.number());
  const auto writer = stdout_sink().plan(Options())->make_writer("");
  writer->open(nullptr);
  const std::string sent(4'000'000, 'x');
  std::string received;
  std::thread reading([&] {
    std::string room(100'000, ' ');
    while (received.size() < sent.size()) received.append(room, 0, *read_some(pipe.reading.number(), room, "pipe"));
  });
  writer->write(sent);
  reading.join();
  CHECK(received == sent);

  std::thread stuck([&] { writer->write(sent); });
  writer->interrupt();
  stuck.join();
  CHECK(!writer->reader_gone());
}

TEST_CASE("a standard output that is closed is said before anything is read") {
  const auto writer = stdout_sink().plan(Options())->make_writer("");
  std::pair<ExitCode, std::string> failure;
  {
    const Redirection redirection(STDOUT_FILENO, -1);
    failure = failure_of([&] { writer->check(nullptr); });
  }
  CHECK(failure == std::pair(ExitCode::cannot_open, std::string("cannot open standard output: Bad file descriptor")));
}

TEST_CASE("a standard output on a full device ends the run") {
  const auto full = open_file("/dev/full", O_WRONLY);
  std::pair<ExitCode, std::string> failure;
  {
    const Redirection redirection(STDOUT_FILENO, full->number());
    const auto writer = stdout_sink().plan(Options())->make_writer("");
    writer->open(nullptr);
    failure = failure_of([&] { writer->write("text"); });
  }
  CHECK(failure ==
        std::pair(ExitCode::running_failed, std::string("cannot write standard output: No space left on device")));
}
