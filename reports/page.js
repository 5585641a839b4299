// The charts of a report.  The page can be read without them: every number is in its tables.
'use strict';

(() => {
    const arms = JSON.parse(document.getElementById('data').textContent).arms;
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const FONT = getComputedStyle(document.body).fontFamily;
    const armColour = (i) => colour(`--s${i % 8}`);

    const UNITS = [[36e8, 36e8, 'h'], [6e8, 6e7, 'min'], [1e6, 1e6, 's'], [1e3, 1e3, 'ms']];
    function time(us) {
        for (const [from, size, name] of UNITS)
            if (us >= from)
                return `${Number((us / size).toPrecision(3))} ${name}`;
        return `${us} µs`;
    }

    function dollars(usd) {
        return usd >= 1 || usd === 0 ? `$${usd.toFixed(2)}` : `$${Number(usd.toPrecision(2))}`;
    }

    // 1 / (1 - p), and what people call it.  The median is where the chart begins: what lies below
    // is cache hits, which on this scale would squeeze the rest into a line.
    const PERCENTILES = [
        [2, '50 %'], [10, '90 %'], [20, '95 %'], [100, '99 %'], [1e3, '99.9 %'],
        [1e4, '99.99 %'], [1e5, '99.999 %'], [1e6, '99.9999 %'],
    ];
    function percentile(x) {
        const digits = Math.max(1, Math.ceil(Math.log10(x)));
        return `${Number((100 * (1 - 1 / x)).toFixed(digits))} %`;
    }

    function logTicks(scale) {
        const ticks = [];
        for (let decade = 1; decade <= scale.max; decade *= 10)
            for (const step of [1, 2, 5])
                if (decade * step >= scale.min && decade * step <= scale.max)
                    ticks.push({value: decade * step});
        scale.ticks = ticks;
    }

    function common() {
        return {
            animation: false,
            responsive: true,
            maintainAspectRatio: false,
            color: colour('--soft'),
            borderColor: colour('--line'),
        };
    }

    function axis(title, more) {
        return {
            title: {display: Boolean(title), text: title, color: colour('--soft')},
            grid: {color: colour('--line'), drawBorder: false, tickLength: 4},
            ...more,
            ticks: {color: colour('--soft'), maxRotation: 0, ...more.ticks},
        };
    }

    function latency() {
        const points = arms.flatMap((arm) => arm.curve);
        const right = Math.max(10, ...points.map((point) => point[0]));
        return {
            type: 'line',
            data: {
                datasets: arms.map((arm, i) => ({
                    label: arm.name,
                    data: arm.curve.map(([x, y]) => ({x, y})),
                    borderColor: armColour(i),
                    backgroundColor: armColour(i),
                    borderWidth: 2,
                    pointRadius: 0,
                    pointHitRadius: 12,
                    cubicInterpolationMode: 'monotone',
                })),
            },
            options: {
                ...common(),
                interaction: {mode: 'x', intersect: false},
                scales: {
                    x: axis('', {
                        type: 'logarithmic', min: 2, max: right,
                        afterBuildTicks: (scale) => {
                            scale.ticks = PERCENTILES.filter(([x]) => x <= scale.max)
                                .map(([value]) => ({value}));
                        },
                        ticks: {callback: (x) => PERCENTILES.find(([at]) => at === x)?.[1] ?? ''},
                    }),
                    y: axis('', {
                        type: 'logarithmic', afterBuildTicks: logTicks,
                        ticks: {callback: (us) => time(us)},
                    }),
                },
                plugins: {
                    legend: {
                        align: 'start',
                        labels: {boxWidth: 10, boxHeight: 10, color: colour('--ink')},
                    },
                    tooltip: {
                        callbacks: {
                            title: (items) => items.length ? percentile(items[0].parsed.x) : '',
                            label: (item) => ` ${item.dataset.label}: ${time(item.parsed.y)}`,
                        },
                    },
                },
            },
        };
    }

    // The amount behind each bar.
    const amounts = {
        id: 'amounts',
        afterDatasetsDraw(chart) {
            const {ctx} = chart;
            ctx.save();
            ctx.fillStyle = colour('--ink');
            ctx.font = `12px ${FONT}`;
            ctx.textBaseline = 'middle';
            chart.getDatasetMeta(0).data.forEach((bar, i) => {
                ctx.fillText(dollars(arms[i].cost_usd_per_1000), bar.x + 6, bar.y);
            });
            ctx.restore();
        },
    };

    function cost() {
        return {
            type: 'bar',
            data: {
                labels: arms.map((arm) => arm.name),
                datasets: [{
                    data: arms.map((arm) => arm.cost_usd_per_1000),
                    backgroundColor: arms.map((arm, i) => armColour(i)),
                    borderRadius: 3,
                    maxBarThickness: 26,
                }],
            },
            options: {
                ...common(),
                indexAxis: 'y',
                layout: {padding: {right: 48}},
                scales: {
                    x: axis('', {
                        beginAtZero: true,
                        ticks: {maxTicksLimit: 5, callback: (usd) => dollars(usd)},
                    }),
                    y: axis('', {grid: {display: false}, ticks: {color: colour('--ink')}}),
                },
                plugins: {
                    legend: {display: false},
                    tooltip: {callbacks: {label: (item) => ` ${dollars(item.parsed.x)}`}},
                },
            },
            plugins: [amounts],
        };
    }

    Chart.defaults.font.family = FONT;
    let drawn = [];
    function draw() {
        drawn.forEach((chart) => chart.destroy());
        drawn = [
            new Chart(document.getElementById('latency'), latency()),
            new Chart(document.getElementById('cost'), cost()),
        ];
    }

    if (!arms.some((arm) => arm.curve.length))
        return;
    document.getElementById('charts').hidden = false;
    draw();
    for (const query of ['(prefers-color-scheme: dark)', 'print'])
        matchMedia(query).addEventListener('change', draw);
})();
