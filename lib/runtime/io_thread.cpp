#include "runtime/io_thread.hpp"

#include <utility>

namespace flowrun {

IoThread::~IoThread() {
  if (!closing_.load() && !abandoned_.load()) abandon();
}

WriterTask& IoThread::add(std::unique_ptr<Writer> writer, std::size_t lanes, bool stores_epochs) {
  return writers_.emplace_back(std::move(writer), lanes, stores_epochs);
}

void IoThread::open() {
  for (WriterTask& writer : writers_) writer.writer().check(nullptr);
  for (WriterTask& writer : writers_) {
    writer.writer().open(nullptr);
    ++opened_;
  }
}

void IoThread::start() {
  thread_ = Thread("flowrun-io", stack_bytes, [this] { run(); });
  is_running_ = true;
}

void IoThread::commit(std::uint64_t epoch) {
  if (to_commit_.exchange(epoch) != epoch) bell_.ring();
}

void IoThread::close() {
  closing_.store(true);
  bell_.ring();
  thread_.join();
}

void IoThread::abandon() {
  if (!is_running_) return abort_all();
  abandoned_.store(true);
  interrupt();
  bell_.ring();
  thread_.join();
}

void IoThread::interrupt() {
  for (WriterTask& writer : writers_) writer.writer().interrupt();
}

void IoThread::run() {
  const Retirement retirement(bell_);
  try {
    while (!abandoned_.load()) {
      if (step()) continue;
      if (closing_.load()) {
        for (WriterTask& writer : writers_) writer.writer().close();
        return;
      }
      bell_.sleep();
    }
  } catch (...) {
    coordinator_.fail(std::current_exception());
  }
  abort_all();
}

bool IoThread::step() {
  bool progress = false;
  for (WriterTask& writer : writers_) {
    progress = writer.step() || progress;
    if (writer.writer().reader_gone()) coordinator_.end_quietly();
  }
  return commit_next() || progress;
}

bool IoThread::commit_next() {
  if (committed_ == to_commit_.load()) return false;
  for (const WriterTask& writer : writers_)
    if (writer.reached() <= committed_) return false;
  ++committed_;
  for (WriterTask& writer : writers_) writer.writer().commit(committed_);
  coordinator_.note_settled();
  return true;
}

void IoThread::abort_all() {
  for (; opened_ > 0; --opened_) {
    try {
      writers_[opened_ - 1].writer().abort();
    } catch (const std::exception&) {
      continue;  // the error that ended the run says more than what follows from it
    }
  }
}

}  // namespace flowrun
