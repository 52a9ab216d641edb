/* Unpacks zstd from stdin to stdout: the installer brings it along, since many systems have no zstd.
   Linked with libzstd (BSD) for good, with the system's C library at run time. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

static int failed(const char *what, const char *why) {
    fprintf(stderr, "unzstd: %s: %s\n", what, why);
    return 1;
}

int main(void) {
    size_t const in_size = ZSTD_DStreamInSize(), out_size = ZSTD_DStreamOutSize();
    char *in = malloc(in_size), *out = malloc(out_size);
    ZSTD_DStream *stream = ZSTD_createDStream();
    size_t left = 1, got;
    if (!in || !out || !stream) return failed("memory", "none left");
    ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, 30);
    while ((got = fread(in, 1, in_size, stdin)) > 0) {
        ZSTD_inBuffer input = {in, got, 0};
        while (input.pos < input.size) {
            ZSTD_outBuffer output = {out, out_size, 0};
            left = ZSTD_decompressStream(stream, &output, &input);
            if (ZSTD_isError(left)) return failed("the data are damaged", ZSTD_getErrorName(left));
            if (fwrite(out, 1, output.pos, stdout) != output.pos) return failed("writing", strerror(errno));
        }
    }
    if (ferror(stdin)) return failed("reading", strerror(errno));
    if (left != 0) return failed("the data are damaged", "they end too early");
    if (fflush(stdout) != 0) return failed("writing", strerror(errno));
    return 0;
}
