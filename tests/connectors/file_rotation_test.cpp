#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <poll.h>

#include "connectors/connectors.hpp"
#include "connectors/failures.hpp"
#include "connectors/framers.hpp"
#include "connectors/reading.hpp"
#include "support/temporary_folder.hpp"

using namespace flowrun;

namespace {

using Texts = std::vector<std::string>;

// One file as a job reads it, started anew as often as the test wants.
struct Job {
  TemporaryFolder folder;
  std::string path = folder.path("app.log");
  bool follows = false;
  Context context;
  std::unique_ptr<Source> source;
  std::unique_ptr<Partition> partition;

  // At `position`, where there is one.
  void start(const Position* position = nullptr) {
    Options options;
    options.set("path", Texts{folder.path("app.log")});
    options.set("from", std::string("start"));
    options.set("compression", std::string("auto"));
    options.set("read", std::string("together"));
    options.set("follow", follows);
    partition.reset();
    source = file_source().plan(options)->make(context, framing<LineFramer>());
    partition = source->open(std::make_shared<PartitionName>(PartitionName{path, 0}), position);
  }
  void start_again() {
    const Position position = partition->position();
    start(&position);
  }
  Texts read() {
    Texts texts;
    for (const ReadRecord& record : read_all(*partition)) texts.push_back(record.raw);
    return texts;
  }
  void append(const std::string& text, const std::string& name = "app.log") const {
    std::ofstream(folder.path(name), std::ios::app) << text;
  }
  void rename(const std::string& from, const std::string& to) const {
    std::filesystem::rename(folder.path(from), folder.path(to));
  }
  // As logrotate does with `copytruncate`.
  void copy_and_truncate() const {
    std::filesystem::copy_file(path, folder.path("app.log.1"));
    std::filesystem::resize_file(path, 0);
  }
  bool has_changed() const {
    pollfd changes{source->wake_fd(), POLLIN, 0};
    return ::poll(&changes, 1, 0) == 1;
  }
};

}  // namespace

TEST_CASE("a file that was moved away while the job was down is read to its end, then the one with its name") {
  Job job;
  job.append("one\n");
  job.start();
  CHECK(job.read() == Texts{"one\n"});
  job.append("two\n");
  job.rename("app.log", "app.log.1");
  job.append("three\n");
  job.start_again();
  CHECK(job.read() == Texts{"two\n", "three\n"});
  job.append("four\n");
  job.start_again();
  CHECK(job.read() == Texts{"four\n"});
}

TEST_CASE("so is one that was copied and truncated") {
  Job job;
  job.append("one\n");
  job.start();
  CHECK(job.read() == Texts{"one\n"});
  job.append("two\n");
  job.copy_and_truncate();
  job.append("3\n");
  job.start_again();
  CHECK(job.read() == Texts{"two\n", "3\n"});
}

TEST_CASE("a file that is another one now, while the one that was read is nowhere, is an error") {
  Job job;
  job.append("one\ntwo\n");
  job.start();
  Batch batch;
  REQUIRE(job.partition->read(batch, 1) == Partition::Read::more);
  const std::string moved = job.folder.path("elsewhere");
  std::filesystem::create_directory(moved);
  std::filesystem::rename(job.path, moved + "/app.log");
  job.append("three\nfour\n");
  CHECK(failure_of([&] { job.start_again(); }) ==
        std::pair(
            ExitCode::recovery_unusable,
            "'" + job.path + "' is not the file any more that was read up to byte 4, and that one is not beside it"));
}

TEST_CASE("where it had been read to its end the new one is simply read") {
  Job job;
  job.append("one\n");
  job.start();
  CHECK(job.read() == Texts{"one\n"});
  std::filesystem::remove(job.path);
  job.append("a line that is longer\n");
  job.start_again();
  CHECK(job.read() == Texts{"a line that is longer\n"});
}

TEST_CASE("a followed file gives lines as they are finished, and wakes who waits for more") {
  Job job;
  job.follows = true;
  job.append("one\ntw");
  job.start();
  job.source->woken();
  CHECK(job.read() == Texts{"one\n"});
  CHECK_FALSE(job.has_changed());
  job.append("o\n");
  CHECK(job.has_changed());
  job.source->woken();
  CHECK(job.read() == Texts{"two\n"});
  job.append("thr");
  CHECK(job.read() == Texts{});
  job.start_again();
  job.append("ee\n");
  CHECK(job.read() == Texts{"three\n"});
}

TEST_CASE("a followed file that is moved away is read on until another one has something in its place") {
  Job job;
  job.follows = true;
  job.append("one\n");
  job.start();
  CHECK(job.read() == Texts{"one\n"});
  job.rename("app.log", "app.log.1");
  job.append("two\n", "app.log.1");
  CHECK(job.read() == Texts{"two\n"});
  job.append("");
  job.append("three", "app.log.1");
  CHECK(job.read() == Texts{});
  job.append("four\n");
  CHECK(job.read() == Texts{"three", "four\n"});
  job.append("five\n");
  job.start_again();
  CHECK(job.read() == Texts{"five\n"});
}

TEST_CASE("a followed file that is truncated is read from its beginning") {
  Job job;
  job.follows = true;
  job.append("one\ntwo\n");
  job.start();
  CHECK(job.read() == Texts{"one\n", "two\n"});
  std::filesystem::resize_file(job.path, 0);
  CHECK(job.read() == Texts{});
  job.append("three\n");
  CHECK(job.read() == Texts{"three\n"});
}
