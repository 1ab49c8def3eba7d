#include <catch2/catch.hpp>
#include <fcntl.h>
#include <filesystem>
#include <sys/mount.h>
#include <sys/stat.h>
#include <thread>

#include "connectors/compression.hpp"
#include "connectors/connectors.hpp"
#include "connectors/failures.hpp"
#include "os/file.hpp"
#include "support/temporary_folder.hpp"

using namespace flowrun;

namespace {

struct Chosen {
  std::string path;
  std::string if_exists = "replace";
  std::string compression = "none";
  std::string header = "";
};

SinkPlan plan_of(const Chosen& chosen) {
  Options options;
  options.set("path", chosen.path);
  options.set("if_exists", chosen.if_exists);
  options.set("compression", chosen.compression);
  return *file_sink().plan(options);
}

std::unique_ptr<Writer> writer_of(const Chosen& chosen) { return plan_of(chosen).make_writer(chosen.header); }

// As a job does it: all or nothing.
void write_file(const Chosen& chosen, std::string_view text) {
  const auto writer = writer_of(chosen);
  writer->check(nullptr);
  writer->open(nullptr);
  writer->write(text);
  writer->close();
}

std::string decompressed(Compression compression, std::string_view bytes) {
  std::string text(10'000'000, ' ');
  const auto decompressor = make_decompressor(compression);
  const auto step = decompressor->run(bytes, text);
  REQUIRE(step.error == nullptr);
  REQUIRE(step.read == bytes.size());
  REQUIRE(decompressor->is_complete());
  text.resize(step.written);
  return text;
}

}  // namespace

TEST_CASE("a file is replaced, appended to, or kept, as the flow says") {
  const TemporaryFolder folder;
  const std::string path = folder.path("out");
  write_file({path, "replace", "none", "h\n"}, "one\n");
  CHECK(folder.read("out") == "h\none\n");
  write_file({path, "append", "none", "h\n"}, "two\n");
  CHECK(folder.read("out") == "h\none\ntwo\n");
  write_file({path, "replace", "none", "h\n"}, "");
  CHECK(folder.read("out") == "h\n");
  CHECK(failure_of([&] {
          write_file({path, "fail"}, "three\n");
        }) == std::pair(ExitCode::cannot_open, "cannot open '" + path + "': it is there already (`if_exists: fail`)"));
  CHECK(folder.read("out") == "h\n");
  write_file({folder.path("new"), "fail"}, "three\n");
  CHECK(folder.read("new") == "three\n");
  write_file({folder.write("empty", ""), "append", "none", "h\n"}, "four\n");
  CHECK(folder.read("empty") == "h\nfour\n");
}

TEST_CASE("checking a file touches nothing") {
  const TemporaryFolder folder;
  writer_of({folder.write("old", "text")})->check(nullptr);
  writer_of({folder.path("new")})->check(nullptr);
  CHECK(folder.read("old") == "text");
  CHECK(!std::filesystem::exists(folder.path("new")));
}

TEST_CASE("a file that cannot be written is said before anything is opened") {
  const TemporaryFolder folder;
  folder.write("file", "");
  REQUIRE(::mkdir(folder.path("folder").c_str(), 0777) == 0);
  struct Case {
    std::string name;
    std::string reason;
  };
  const auto [name, reason] = GENERATE(values<Case>(
      {{"folder", "Is a directory"}, {"missing/out", "No such file or directory"}, {"file/out", "Not a directory"}}));
  const auto writer = writer_of({folder.path(name)});
  CHECK(failure_of([&] { writer->check(nullptr); }) ==
        std::pair(ExitCode::cannot_open, "cannot open '" + folder.path(name) + "': " + reason));
}

TEST_CASE("a full device ends the run and says so") {
  const auto writer = writer_of({"/dev/full"});
  writer->check(nullptr);
  writer->open(nullptr);
  CHECK(failure_of([&] { writer->write("text"); }) ==
        std::pair(ExitCode::running_failed, std::string("cannot write '/dev/full': No space left on device")));
}

TEST_CASE("a full disk ends the run and says so") {
  const TemporaryFolder folder;
  if (::mount("none", folder.path("").c_str(), "tmpfs", 0, "size=64k") != 0) return;  // only root may
  const std::string path = folder.path("out");
  CHECK(failure_of([&] { write_file({path}, std::string(100'000, 'x')); }) ==
        std::pair(ExitCode::running_failed, "cannot write '" + path + "': No space left on device"));
  CHECK(::umount(folder.path("").c_str()) == 0);
}

TEST_CASE("what is no regular file can be written too") {
  for (const char* if_exists : {"replace", "append", "fail"}) write_file({"/dev/null", if_exists}, "text");
  const auto writer = writer_of({"/dev/null"});
  writer->open(nullptr);
  writer->write("text");
  CHECK(writer->make_durable(1) == "4");
  CHECK(plan_of({"/dev/null"}).guarantee == "at least once: the path is no regular file");
}

TEST_CASE("a named pipe is written once somebody reads it, and given up when nobody does") {
  const TemporaryFolder folder;
  const std::string path = folder.path("pipe");
  REQUIRE(::mkfifo(path.c_str(), 0666) == 0);
  const std::string sent(1'000'000, 'x');
  std::thread writing([&] { write_file({path}, sent); });
  CHECK(*read_file(path, sent.size()) == sent);
  writing.join();

  const auto abandoned = writer_of({path});
  std::thread waiting([&] {
    abandoned->open(nullptr);
    abandoned->write(sent);
  });
  abandoned->interrupt();
  waiting.join();

  // One that is open, but not read.
  const auto reader = open_file(path, O_RDONLY | O_NONBLOCK);
  const auto stuck = writer_of({path});
  std::thread sticking([&] {
    stuck->open(nullptr);
    stuck->write(sent);
    stuck->write(sent);
  });
  stuck->interrupt();
  sticking.join();
}

TEST_CASE("a resumed file is cut back to its checkpoint and goes on there") {
  const TemporaryFolder folder;
  const std::string path = folder.path("out");
  const auto first = writer_of({path, "replace", "none", "h\n"});
  first->open(nullptr);
  first->write("kept\n");
  const Position position = first->make_durable(1);
  CHECK(position == "7");
  first->write("lost\n");

  const auto second = writer_of({path, "fail", "none", "h\n"});
  second->check(&position);
  second->open(&position);
  second->write("new\n");
  second->close();
  CHECK(folder.read("out") == "h\nkept\nnew\n");

  folder.write("out", "h\n");
  const auto third = writer_of({path});
  CHECK(
      failure_of([&] { third->open(&position); }) ==
      std::pair(ExitCode::recovery_unusable, "'" + path + "' has 2 bytes, fewer than the 7 that the checkpoint knows"));
  std::filesystem::remove(path);
  CHECK(failure_of([&] { third->open(&position); }) ==
        std::pair(ExitCode::recovery_unusable, "cannot open '" + path + "': No such file or directory"));
}

TEST_CASE("a compressed file can be read up to every checkpoint") {
  const auto kind = GENERATE(Compression::gzip, Compression::zstd);
  const TemporaryFolder folder;
  const auto writer = writer_of({folder.path("out"), "replace", std::string(name(kind)), "h\n"});
  writer->open(nullptr);
  const std::string block = [] {
    std::string text;
    for (int line = 0; line < 30'000; ++line) text += std::to_string(line * 7919) + "\n";
    return text;
  }();
  std::string expected = "h\n";
  for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
    writer->write(block);
    expected += block;
    const Position position = writer->make_durable(epoch);
    CHECK(position == std::to_string(folder.read("out").size()));
    CHECK(writer->make_durable(epoch) == position);  // nothing came in between
    CHECK(decompressed(kind, folder.read("out")) == expected);
  }
  writer->close();
  write_file({folder.path("out"), "append", std::string(name(kind)), "h\n"}, "more\n");
  CHECK(decompressed(kind, folder.read("out")) == expected + "more\n");
}
