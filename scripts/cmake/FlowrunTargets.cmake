# Flags of every target, and one function per kind of target: a library is a folder of lib/, a test program a folder of tests/.

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers need the kinds of sloppiness; checkouts in different folders share results. The precompiled headers are
  # 80 MB each: without the inode cache they are hashed once more for every file.
  set(launcher env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_INODECACHE=1 ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
endif()

add_library(flowrun_flags INTERFACE)
target_include_directories(flowrun_flags INTERFACE ${CMAKE_SOURCE_DIR}/lib)
target_compile_options(flowrun_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 warns of overlapping copies in std::string that cannot happen (its bug 105651).
  target_compile_options(flowrun_flags INTERFACE -fpch-preprocess -Wno-restrict)
endif()
if(FLOWRUN_WARNINGS_ARE_ERRORS)
  target_compile_options(flowrun_flags INTERFACE -Werror)
endif()
if(FLOWRUN_FUZZ)
  target_compile_options(flowrun_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(FLOWRUN_SANITIZE)
  target_compile_options(flowrun_flags INTERFACE -fsanitize=${FLOWRUN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(flowrun_flags INTERFACE -fsanitize=${FLOWRUN_SANITIZE})
endif()

# flowrun_library(NAME [SOURCES file...] USES target...): lib/NAME/**.cpp as the static library flowrun_NAME.
function(flowrun_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES" ${ARGN})
  if(arg_SOURCES)
    set(sources ${arg_SOURCES})
  else()
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/lib/${name}/*.cpp)
  endif()
  if(NOT sources)
    add_library(flowrun_${name} INTERFACE)
    target_link_libraries(flowrun_${name} INTERFACE flowrun_flags ${arg_USES})
    return()
  endif()
  add_library(flowrun_${name} STATIC ${sources})
  target_link_libraries(flowrun_${name} PUBLIC flowrun_flags ${arg_USES})
  flowrun_precompile(flowrun_${name})
endfunction()

# One precompiled header of the standard library and fmt for all libraries.
function(flowrun_precompile target)
  if(NOT TARGET flowrun_pch)
    file(WRITE ${CMAKE_BINARY_DIR}/pch.cpp "")
    add_library(flowrun_pch OBJECT ${CMAKE_BINARY_DIR}/pch.cpp)
    target_link_libraries(flowrun_pch PUBLIC flowrun_flags fmt::fmt)
    target_precompile_headers(flowrun_pch PRIVATE <algorithm> <array> <cstdint> <functional> <memory> <optional> <span> <string>
                              <string_view> <unordered_map> <utility> <variant> <vector> <fmt/format.h>)
  endif()
  target_precompile_headers(${target} REUSE_FROM flowrun_pch)
endfunction()

# flowrun_test(NAME USES target...): tests/NAME/**.cpp and Catch's main as the program tests_NAME, one entry of ctest.
# Tests are built without optimisation, against the optimised library.
function(flowrun_test name)
  cmake_parse_arguments(arg "" "" "USES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${name}/*.cpp)
  # The store is one thread's alone, and its tests start hundreds of processes, each of which takes TSan long.
  if(FLOWRUN_SANITIZE MATCHES thread)
    list(FILTER sources EXCLUDE REGEX "/tests/state/store_")
  endif()
  if(NOT sources)
    return()
  endif()
  add_executable(tests_${name} ${sources})
  target_link_libraries(tests_${name} PRIVATE flowrun_catch ${arg_USES})
  target_include_directories(tests_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_options(tests_${name} PRIVATE -O0)
  target_precompile_headers(tests_${name} REUSE_FROM flowrun_tests_pch)
  add_test(NAME ${name} COMMAND tests_${name})
endfunction()

# flowrun_fuzz(NAME USES target...): tests/fuzz/NAME.cpp as the libFuzzer program fuzz_NAME, a minute of it as an entry of ctest.
# It starts from the kept inputs in tests/fuzz/corpus/NAME; those that it finds go to the build folder. The seed is fixed, so
# that a failure can be repeated; longer runs with other seeds are started by hand.
function(flowrun_fuzz name)
  cmake_parse_arguments(arg "" "" "USES" ${ARGN})
  add_executable(fuzz_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/${name}.cpp)
  add_dependencies(fuzzers fuzz_${name})
  target_link_libraries(fuzz_${name} PRIVATE ${arg_USES})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  set(found ${CMAKE_BINARY_DIR}/corpus/${name})
  set(kept ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  file(MAKE_DIRECTORY ${found} ${kept})
  add_test(NAME fuzz_${name} COMMAND fuzz_${name} -seed=1 -max_total_time=60 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
                                     -artifact_prefix=${CMAKE_BINARY_DIR}/ ${found} ${kept})
endfunction()
