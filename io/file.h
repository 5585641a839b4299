/* SPDX-License-Identifier: MIT */
/* Files: read one whole, map one read-only, find the data files that belong to the program, write
 * one so that it is there whole or not at all. */
#ifndef ET_IO_FILE_H
#define ET_IO_FILE_H

#include "core/base/complaint.h"
#include "core/base/mem.h"

/* A file's bytes.  Given: free with et_file_free. */
struct et_file {
    struct et_slice bytes; /* read-only */
    bool mapped;
};

/* Reads a regular file, a pipe, or standard input for "-", up to `bytes_max`.
 * ET_UNKNOWN (it is not there), ET_IO, ET_LIMIT or ET_NOMEM with a complaint that names the file
 * and the system's reason. */
int et_file_read(struct et_file *out, const char *path, size_t bytes_max,
                 struct et_complaint *complaint) ET_MUST_CHECK;

/* Maps a regular file; pages come in as they are touched.  Errors as above. */
int et_file_map(struct et_file *out, const char *path,
                struct et_complaint *complaint) ET_MUST_CHECK;

/* Where a data file of the program, or a folder of them, is: in $ETALON_DATA if that is set,
 * otherwise in data/ beside the executable (the build folder), in ../share/etalon from it, or in
 * the installation's share/etalon.  What is too long for `room` is cut. */
void et_file_data_path(const char *name, char *out, size_t room);

/* Maps a data file of the program, such as "models.json".  It ought to be there: ET_IO if not. */
int et_file_data(struct et_file *out, const char *name,
                 struct et_complaint *complaint) ET_MUST_CHECK;

void et_file_free(struct et_file *file); /* zeroed is fine */

/* Writes PATH.tmp, flushes it to the disk and renames it over PATH: readers see the old file or the
 * new one, never a half.  ET_IO with a complaint; then PATH is as it was and PATH.tmp is gone.
 * "-" writes to standard output; a device or a pipe is written to as it is. */
int et_file_write(const char *path, struct et_slice bytes,
                  struct et_complaint *complaint) ET_MUST_CHECK;

#endif
