# One image for web, worker, clock and set-up; compose chooses the command.
FROM node:22-slim AS front
WORKDIR /site
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 ARTMARKET_VAR=/var/lib/artmarket
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/artmarket artmarket
WORKDIR /site
COPY pyproject.toml constraints.txt README.md ./
COPY artmarket/__init__.py artmarket/__init__.py
RUN pip install --constraint constraints.txt '.[s3]' && pip uninstall --yes artmarket
COPY --from=front /site/node_modules node_modules
COPY . .
RUN python -m artmarket.core.messages compile \
    && SECRET_KEY=build STATIC_ROOT=/site/build/static python manage.py collectstatic --noinput -v 0
USER artmarket
VOLUME /var/lib/artmarket
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "artmarket.wsgi:application"]
