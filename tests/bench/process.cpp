#include "bench/process.hpp"

#include <chrono>
#include <cstdint>
#include <fcntl.h>
#include <sched.h>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace flowrun::bench {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

[[noreturn]] void become(const std::vector<std::string>& command, const std::string& input) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const int in = ::open(input.c_str(), O_RDONLY);
  const int out = ::open("/dev/null", O_WRONLY);
  if (in >= 0 && out >= 0 && ::dup2(in, 0) == 0 && ::dup2(out, 1) == 1) ::execv(words.front(), words.data());
  ::_exit(127);
}

/// The n-th processor that this process may use.
int processor(int n) {
  cpu_set_t usable;
  ::sched_getaffinity(0, sizeof usable, &usable);
  for (int number = 0; number < CPU_SETSIZE; number++)
    if (CPU_ISSET(number, &usable) && n-- == 0) return number;
  throw std::runtime_error("there are not enough processors");
}

// No memory, and enough that does not depend on each other to keep a core busy, for about as long as the flow takes: two
// processors that are threads of one core, or share it with others, gain as little here as with any work.
void compute() {
  constexpr std::uint64_t factor = 6364136223846793005u;
  std::uint64_t first = 1, second = 2, third = 3, fourth = 4;
  for (std::uint64_t i = 0; i < 150'000'000; i++) {
    first = first * factor + i;
    second = (second ^ first) + i;
    third = third * factor + i;
    fourth = (fourth ^ third) + i;
  }
  if ((first ^ second ^ third ^ fourth) == 0) ::_exit(1);
}

}  // namespace

Usage run(const std::vector<std::string>& command, const std::string& input) {
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) become(command, input);
  int status = 0;
  rusage used{};
  if (child < 0 || ::wait4(child, &status, 0, &used) != child)
    throw std::runtime_error("cannot run " + command.front());
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error(command.front() + " has failed");
  return {wall.count(), seconds(used.ru_utime) + seconds(used.ru_stime), static_cast<double>(used.ru_maxrss) / 1024};
}

double arithmetic_seconds(int copies) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<pid_t> children;
  for (int copy = 0; copy < copies; copy++) {
    const int number = processor(copy);
    const pid_t child = ::fork();
    if (child == 0) {
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(number, &one);
      ::sched_setaffinity(0, sizeof one, &one);
      compute();
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) ::waitpid(child, nullptr, 0);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace flowrun::bench
