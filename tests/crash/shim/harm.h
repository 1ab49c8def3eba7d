#pragma once

#include <stdbool.h>

// What is done at which call, and what the process is at. All is said by the environment; without it nothing is done.
// Hidden, so that nothing in flowrun or its libraries can come to mean these.
#pragma GCC visibility push(hidden)

// What a descriptor or path leads to.
enum File { other, input, read_input, output, store_data, store_lock, store_rest };

// How a call can go wrong.
enum { can_shorten = 1, can_interrupt = 2, can_fill = 4, can_fail = 8, can_lack_memory = 16 };

struct Call {
  const char* name;
  enum File file;
  int ways;
  bool synchronises;
};

enum Verdict { goes_on, goes_on_and_ends, is_shortened, fails };

enum File file_at(const char* path);
enum File file_behind(int descriptor);

// Before and behind the real call. `fails`: it is not to be made, and errno is set.
enum Verdict enter(const struct Call* call);
void leave(const struct Call* call, enum Verdict verdict);

// Of descriptors that enter and leave do not see.
void note_opened(int descriptor, enum File file);
void note_closed(int descriptor);
// Around a read.
void note_reading(const struct Call* call);
void note_read(const struct Call* call, int descriptor, bool at_end);
// Around a wait; `is_over`: its time has passed.
void note_waits(void);
void note_waited(bool is_over);

#pragma GCC visibility pop
