#include <catch2/catch.hpp>
#include <poll.h>
#include <random>
#include <thread>

#include "connectors/connectors.hpp"
#include "connectors/descriptors.hpp"
#include "connectors/failures.hpp"
#include "connectors/framers.hpp"
#include "connectors/reading.hpp"
#include "support/temporary_folder.hpp"

using namespace flowrun;

namespace {

std::unique_ptr<Source> make_source(Context& context) {
  return stdin_source().plan(Options())->make(context, framing<LineFramer>());
}

bool is_readable(int descriptor) {
  pollfd asked{descriptor, POLLIN, 0};
  return ::poll(&asked, 1, 0) == 1;
}

}  // namespace

TEST_CASE("a pipe without bytes never holds the reader, and wakes it when there are some") {
  Pipe pipe;
  const Redirection redirection(STDIN_FILENO, pipe.reading.number());
  Context context;
  const auto source = make_source(context);
  CHECK(source->wake_fd() == -1);
  const auto partition = source->open(source->discover()[0], nullptr);
  Batch batch;
  CHECK(partition->read(batch, 100) == Partition::Read::caught_up);
  CHECK(!is_readable(source->wake_fd()));

  REQUIRE(write_all(pipe.writing.number(), "one\ntw") == 0);
  CHECK(is_readable(source->wake_fd()));
  CHECK(read_all(*partition) == std::vector<ReadRecord>{{"one\n", "", {0, 1}, "stdin"}});

  REQUIRE(write_all(pipe.writing.number(), "o\nthree") == 0);
  CHECK(read_all(*partition) == std::vector<ReadRecord>{{"two\n", "", {4, 2}, "stdin"}});
  pipe.writing.close();
  CHECK(read_all(*partition) == std::vector<ReadRecord>{{"three", "", {8, 3}, "stdin"}});
  CHECK(partition->read(batch, 100) == Partition::Read::end);
}

TEST_CASE("records come whole from a pipe that is written in pieces of any length") {
  const auto seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::string text;
  while (text.size() < 3'000'000) text += std::string(random() % (random() % 100 == 0 ? 300'000 : 300), 'x') + "\n";
  Pipe pipe;
  const Redirection redirection(STDIN_FILENO, pipe.reading.number());
  std::thread writer([&, rest = std::string_view(text)]() mutable {
    while (!rest.empty()) {
      const std::size_t length = std::min<std::size_t>(rest.size(), 1 + random() % 100'000);
      if (write_all(pipe.writing.number(), rest.substr(0, length)) != 0) break;
      rest.remove_prefix(length);
    }
    pipe.writing.close();
  });
  Context context;
  const auto source = make_source(context);
  const auto partition = source->open(source->discover()[0], nullptr);
  std::string received;
  for (Partition::Read outcome = Partition::Read::more; outcome != Partition::Read::end;) {
    Batch batch;
    outcome = partition->read(batch, 1'000'000);
    for (const Batch::Row row : batch.rows()) {
      CHECK(batch.place(row).offset == received.size());
      received += batch.raw(row);
    }
    pollfd waits{source->wake_fd(), POLLIN, 0};
    if (outcome == Partition::Read::caught_up) ::poll(&waits, 1, -1);
  }
  writer.join();
  CHECK(received == text);
}

TEST_CASE("a file as standard input is read to its end") {
  const TemporaryFolder folder;
  const auto file = open_file(folder.write("file", "one\ntwo"), O_RDONLY);
  const Redirection redirection(STDIN_FILENO, file->number());
  Context context;
  const auto source = make_source(context);
  CHECK(read_all(*source->open(source->discover()[0], nullptr)) ==
        std::vector<ReadRecord>{{"one\n", "", {0, 1}, "stdin"}, {"two", "", {4, 2}, "stdin"}});
}

TEST_CASE("a standard input that cannot be read is said before anything is read") {
  const TemporaryFolder folder;
  const auto directory = open_file(folder.path(""), O_RDONLY);
  Context context;
  const auto source = make_source(context);
  std::pair<ExitCode, std::string> closed, of_folder;
  {
    const Redirection redirection(STDIN_FILENO, -1);
    closed = failure_of([&] { source->discover(); });
  }
  {
    const Redirection redirection(STDIN_FILENO, directory->number());
    of_folder = failure_of([&] { source->discover(); });
  }
  CHECK(closed == std::pair(ExitCode::cannot_open, std::string("cannot open standard input: Bad file descriptor")));
  CHECK(of_folder == std::pair(ExitCode::cannot_open, std::string("cannot open standard input: Is a directory")));
}
