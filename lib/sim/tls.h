/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/sim: GnuTLS asks here for the certificate of a connection. */
#ifndef MS_SIM_TLS_H
#define MS_SIM_TLS_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

int sim_tls_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **certs,
			unsigned *n_certs, gnutls_ocsp_data_st **ocsp, unsigned *n_ocsp, gnutls_privkey_t *key,
			unsigned *flags);

#endif
