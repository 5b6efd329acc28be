"""OCI registries: manifests, blobs and referrers are fetched and pushed, every byte against its digest.

Nothing of the environment counts but Docker's configuration and ``SSL_CERT_FILE``: no proxy, no ``.netrc``.
"""
